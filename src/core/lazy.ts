/** A value that is made at its first use and kept: what is dear to make and not always needed costs a start nothing. */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
