/** Endings of the files a model is made of. Nothing that a system would run or that code is read from. */
const allowedEnding = /\.(onnx|onnx_data(_\d{1,3})?|json|txt|jinja|model)$/;
const deviceNames = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const longestSegment = 120;
const deepestFolder = 4;

/** Why a path from a host, a folder or a bundle is not used as a file name; undefined when it is safe: relative, with '/' between
 * plain names that mean the same on every system, and an ending from the list. */
export function whyRefused(path: string): string | undefined {
	const segments = path.split('/');
	if (segments.length > deepestFolder) return 'it is nested too deeply';
	for (const segment of segments) {
		if (segment === '' || segment === '.' || segment === '..') return 'it leaves its folder';
		if (segment.length > longestSegment) return 'it is too long';
		// Letters, digits and a few marks: no drive, no stream, no control or bidirectional character, no trailing dot or blank.
		if (!/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(segment) || segment.endsWith('.')) return 'it has unusual characters';
		if (deviceNames.test(segment)) return 'it names a device';
	}
	return allowedEnding.test(path) ? undefined : 'its ending is not one of a model';
}
