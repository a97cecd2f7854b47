/** Discord's name in every address. */
export const PLATFORM = 'discord';
