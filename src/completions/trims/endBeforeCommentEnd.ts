import { type Trim } from './trim';

const commentEnds = ['*/', '-->'];

/** Ends a text before the end of the comment that already stands right of the cursor. */
export const endBeforeCommentEnd: Trim = (text, { place }) => {
	const rest = place.lineSuffix.trimStart();
	const commentEnd = commentEnds.find(end => rest.startsWith(end));
	const at = commentEnd === undefined ? -1 : text.indexOf(commentEnd);
	if (at < 0) return text;
	return rest === place.lineSuffix ? text.slice(0, at) : text.slice(0, at).trimEnd();
};
