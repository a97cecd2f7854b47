/**
 * English words that carry a question but not its subject, in lower case. Prepositions of time and place ("before",
 * "under") and words of amount ("many", "first") stay out of the list: they tell passages apart.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a an the this that these those such there here
   and or but if so than then as also too just
   of in on at by for with about into from to
   i me my mine we us our ours you your yours he him his she her hers it its they them their theirs
   am is are was were be been being has have had having do does did done doing
   can could will would shall should may might must
   no not
   what which who whom whose when where why how
   please tell explain describe happen happens happened`.split(/\s+/),
);
