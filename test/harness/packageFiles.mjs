// Which files go into the extension, and nothing else: an allow-list, so that a stray file can never ship.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn as filesBelow } from './folderFiles.mjs';
import { root } from './paths.mjs';
import { SetupError } from './report.mjs';

const needed = [
	'package.json',
	'package.nls.json',
	'README.md',
	'LICENSE',
	'dist/extension.js',
	'dist/engine.js',
	'dist/openAiTokens.js',
	'dist/resultPanel.js',
	'dist/chat/main.js',
	'dist/chat/markdownRenderer.js',
	'dist/codicon.ttf',
	'models/catalogue.json',
];
const optional = ['CHANGELOG.md'];

/** What a model folder may hold: data that the engine reads, and what people read about it. */
const modelFile = /^models\/inkling-[a-z0-9-]+\/(onnx\/[\w.-]+\.onnx|[\w.-]+\.json|MODEL_CARD\.md|LICENSE)$/;
const mediaFile = /^media\/([\w-]+\/)*[\w-]+\.(md|css|svg|png)$/;
const languageFile = /^(l10n\/bundle\.l10n(\.[\w-]+)?\.json|package\.nls\.[\w-]+\.json)$/;

/**
 * The extension's own files, as paths with '/' relative to the project.
 * @throws SetupError when one is missing, or when a shipped folder holds something that does not belong there
 */
export function ownFiles() {
	const missing = needed.filter(file => !existsSync(join(root, file)));
	if (missing.length > 0) throw new SetupError(`Cannot package: ${missing.join(', ')} missing.`);
	const translations = readdirSync(root).filter(name => languageFile.test(name));
	const found = ['media', 'l10n', ...modelFolders()].flatMap(folder => filesIn(folder));
	// What main.js loads when it is needed; `npm run watch` leaves source maps here, which do not ship.
	const pieces = filesIn('dist/chat').filter(file => /\/(?!main\.)[\w-]+\.js$/.test(file));
	const stray = found.filter(file => ![modelFile, mediaFile, languageFile].some(rule => rule.test(file)));
	if (stray.length > 0)
		throw new SetupError(`Cannot package: these files do not belong into the extension:\n${stray.join('\n')}`);
	return [
		...needed,
		...optional.filter(file => existsSync(join(root, file))),
		...translations,
		...pieces,
		...found,
	].sort();
}

function modelFolders() {
	const models = join(root, 'models');
	if (!existsSync(models)) return [];
	return readdirSync(models)
		.filter(name => name.startsWith('inkling-'))
		.map(name => `models/${name}`);
}

/**
 * ONNX Runtime for one platform: its JavaScript and that platform's CPU library (and DirectML on Windows), without type
 * definitions, install scripts and the CUDA and TensorRT providers that a developer's machine may have downloaded.
 */
export function onnxRuntimeFiles(platform, architecture) {
	const binaries = `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${architecture}`;
	if (!existsSync(join(root, binaries))) {
		throw new SetupError(`onnxruntime-node has no library for ${platform}-${architecture} (${binaries} is missing).`);
	}
	const native = filesIn(binaries).filter(file => !/providers_(cuda|tensorrt|nv)/.test(file));
	const scripts = ['node_modules/onnxruntime-node/dist', 'node_modules/onnxruntime-common/dist/cjs']
		.flatMap(folder => filesIn(folder))
		.filter(file => file.endsWith('.js') || file.endsWith('/package.json'));
	const manifests = ['node_modules/onnxruntime-node/package.json', 'node_modules/onnxruntime-common/package.json'];
	return [...manifests, ...scripts, ...withoutCopies(native)].sort();
}

/** macOS ships one library under two names; the binding asks for the short one, the long one is a 44 MB copy. */
function withoutCopies(files) {
	return files.filter(file => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file));
}

const filesIn = folder => filesBelow(join(root, folder), root);
