import { balanceBrackets } from './balanceBrackets';
import { closeStrings } from './closeStrings';
import { dropClosersAlreadyThere } from './dropClosersAlreadyThere';
import { dropCopyOfDocument } from './dropCopyOfDocument';
import { dropDuplicateOfSuffix } from './dropDuplicateOfSuffix';
import { dropLoop } from './dropLoop';
import { dropRepeatedSuffix } from './dropRepeatedSuffix';
import { dropStrayIndentation } from './dropStrayIndentation';
import { dropTrailingSpace } from './dropTrailingSpace';
import { dropUnfinishedEnd } from './dropUnfinishedEnd';
import { endBeforeCommentEnd } from './endBeforeCommentEnd';
import { endBeforeImpossible } from './endBeforeImpossible';
import { endOutsideMarkup } from './endOutsideMarkup';
import { keepIndentation } from './keepIndentation';
import { keepOneLine } from './keepOneLine';
import { stopAtNextLine } from './stopAtNextLine';
import { type NamedTrim } from './trim';

export * from './balanceBrackets';
export * from './closeStrings';
export * from './dropClosersAlreadyThere';
export * from './dropCopyOfDocument';
export * from './dropDuplicateOfSuffix';
export * from './dropLoop';
export * from './dropRepeatedSuffix';
export * from './dropStrayIndentation';
export * from './dropTrailingSpace';
export * from './dropUnfinishedEnd';
export * from './endBeforeCommentEnd';
export * from './endBeforeImpossible';
export * from './endOutsideMarkup';
export * from './keepIndentation';
export * from './keepOneLine';
export * from './stopAtNextLine';
export * from './trim';

/** Made once, on the model's own text. */
export const firstTrims: readonly NamedTrim[] = [
	{ trim: keepOneLine, reason: 'empty' },
	{ trim: dropLoop, reason: 'repetitive' },
	{ trim: dropCopyOfDocument, reason: 'repetitive' },
	{ trim: dropUnfinishedEnd, reason: 'timeLimit' },
];

/** Made again and again until the text stays as it is: one may bring about what another forbids. */
export const fittingTrims: readonly NamedTrim[] = [
	{ trim: keepIndentation, reason: 'empty' },
	{ trim: dropStrayIndentation, reason: 'doesNotFit' },
	{ trim: endBeforeImpossible, reason: 'doesNotFit' },
	{ trim: dropDuplicateOfSuffix, reason: 'duplicatesSuffix' },
	{ trim: stopAtNextLine, reason: 'duplicatesSuffix' },
	{ trim: endBeforeCommentEnd, reason: 'duplicatesSuffix' },
	{ trim: dropRepeatedSuffix, reason: 'duplicatesSuffix' },
	{ trim: dropClosersAlreadyThere, reason: 'duplicatesSuffix' },
	{ trim: endOutsideMarkup, reason: 'tooShort' },
	{ trim: closeStrings, reason: 'tooShort' },
	{ trim: balanceBrackets, reason: 'duplicatesSuffix' },
	{ trim: dropTrailingSpace, reason: 'empty' },
];
