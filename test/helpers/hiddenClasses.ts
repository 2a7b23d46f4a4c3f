/** One character of each class that can hide an instruction or disguise what a text says. */
export const hiddenClasses: readonly (readonly [string, string])[] = [
	['an override of direction', '\u202e'],
	['an isolate of direction', '\u2067'],
	['a direction mark', '\u200f'],
	['a zero-width space', '\u200b'],
	['a zero-width non-joiner', '\u200c'],
	['a zero-width joiner', '\u200d'],
	['an invisible operator', '\u2063'],
	['a byte order mark', '\ufeff'],
	['a soft hyphen', '\u00ad'],
	['a tag', '\u{e0041}'],
	['a variation selector', '\ufe01'],
	['a filler', '\u3164'],
	['a control character', '\u001b'],
	['a line separator', '\u2028'],
];
