const mostFiles = 50;

/** Addresses of files that were dropped: VS Code's explorer and editors name them in one of these forms. */
export function droppedAddresses(data: { getData(type: string): string } | null): string[] {
	if (!data) return [];
	const lists = ['application/vnd.code.uri-list', 'text/uri-list'].map(type => data.getData(type));
	const found = lists.find(list => list.trim() !== '') ?? '';
	const lines = found.split(/\r?\n/).map(line => line.trim());
	return lines.filter(line => line !== '' && !line.startsWith('#') && line.length < 4000).slice(0, mostFiles);
}
