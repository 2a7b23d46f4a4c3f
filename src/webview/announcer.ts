/**
 * Cuts a growing text into whole sentences for a screen reader: token by token it would stutter. Returns what became
 * complete since `spoken` characters; at the end, everything that is left.
 */
export function nextAnnouncement(text: string, spoken: number, isFinal: boolean): string {
	const rest = text.slice(spoken);
	if (isFinal) return rest;
	let end = 0;
	for (const match of rest.matchAll(/[。！？]+[”’」』）]*|[.!?…]+["'”’)\]]*(?=\s)|\n/gu))
		end = match.index + match[0].length;
	return rest.slice(0, end);
}
