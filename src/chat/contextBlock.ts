import { type ContextItem, type ContextText } from './context';

/** A context item as the model sees it: named, and between marks that its own text cannot close. */
export function contextBlock({ item, text }: ContextText): string {
	const tag = unusedTag('context', text);
	const attributes = [
		`kind="${item.kind}"`,
		`name="${attribute(item.path ?? item.label)}"`,
		...(item.lines ? [`lines="${item.lines.first}-${item.lines.last}"`] : []),
	];
	return `<${tag} ${attributes.join(' ')}>\n${text}${text.endsWith('\n') ? '' : '\n'}</${tag}>`;
}

/** How an answer names a place in an item: 'docs/guide.md#L10-L20', 'docs/guide.md' where it has no lines. */
export function citationOf({ path, label, lines }: ContextItem): string {
	const name = path ?? label;
	if (!lines) return name;
	return lines.first === lines.last ? `${name}#L${lines.first}` : `${name}#L${lines.first}-L${lines.last}`;
}

/** The text is quoted as it is, so the mark gives way: a file that contains `</context` is a file that contains that. */
export function unusedTag(name: string, text: string): string {
	for (let number = 1; ; number++) {
		const tag = number === 1 ? name : `${name}-${number}`;
		if (!text.includes(`</${tag}>`)) return tag;
	}
}

/** File names may hold anything but a slash; one that looks like markup or has lines must not end the mark. */
function attribute(value: string): string {
	// eslint-disable-next-line no-control-regex -- control characters are what is taken out
	return value.replace(/[\u0000-\u001f\u007f"<>]/g, ' ');
}
