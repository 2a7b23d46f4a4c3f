/** Largest file that is remembered, in bytes. */
export const mostFileBytes = 200 * 1024;
/** Lines of generated or minified files are longer than this on average. */
const mostMeanLineLength = 250;

const otherKinds =
	/\.(?:png|jpe?g|gif|ico|webp|avif|svg|pdf|zip|gz|tgz|bz2|xz|7z|jar|war|class|o|a|so|dll|dylib|exe|bin|wasm|onnx|pt|safetensors|gguf|npy|npz|parquet|sqlite|db|ttf|otf|woff2?|eot|mp[34]|mov|avi|webm|wav|ogg|flac|map|lock|snap|min\.\w+|csv|tsv|jsonl|ipynb)$/i;
const generatedNames =
	/(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|.*\.generated\.\w+|.*_pb2\.py|.*\.pb\.go)$/i;
const dependencyFolders =
	/(?:^|\/)(?:node_modules|bower_components|\.git|\.hg|\.svn|\.venv|venv|__pycache__|dist|out|build|target|vendor|coverage)\//i;

/** Whether a workspace file is likely to hold text that somebody wrote here, judged by its path with slashes. */
export function isWrittenHere(path: string): boolean {
	return !otherKinds.test(path) && !generatedNames.test(path) && !dependencyFolders.test(path);
}

/** The text of a file as it is remembered; undefined for binary and minified files. Lines end in '\n'. */
export function memoryText(bytes: Uint8Array): string | undefined {
	if (bytes.byteLength > mostFileBytes || bytes.includes(0)) return undefined;
	const text = new TextDecoder().decode(bytes).replaceAll('\r\n', '\n');
	return text.length > mostMeanLineLength * (text.split('\n').length + 1) ? undefined : text;
}

/** Paths in order of their distance from the open ones: those that share the deepest folder with any of them first. */
export function nearestFirst(paths: readonly string[], open: readonly string[]): readonly string[] {
	const folders = open.map(path => path.split('/').slice(0, -1));
	const near = paths.map((path, order) => {
		const own = path.split('/').slice(0, -1);
		const shared = folders.map(folder => sharedStart(folder, own) * 2 - own.length);
		return { path, order, nearness: Math.max(-own.length, ...shared) };
	});
	return near.sort((one, other) => other.nearness - one.nearness || one.order - other.order).map(({ path }) => path);
}

function sharedStart(one: readonly string[], other: readonly string[]): number {
	let length = 0;
	while (length < one.length && one[length] === other[length]) length++;
	return length;
}
