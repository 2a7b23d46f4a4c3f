// The licences of everything that ships inside the bundles or beside them, read from the installed packages.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { SetupError } from './report.mjs';

/** Packages that say MIT in their manifest but carry no licence file; the copyright line is their repository's. */
const mitCopyrights = {
	'js-tiktoken': 'Copyright (c) 2022 OpenAI, Shantanu Jain',
	'onnxruntime-common': 'Copyright (c) 2018 - present Microsoft Corporation',
	'onnxruntime-node': 'Copyright (c) 2018 - present Microsoft Corporation',
};

const mitText = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * The notices file. `bundledFiles` are the inputs of the bundles; `packages` ship beside them.
 * @throws SetupError naming a package whose licence text cannot be found
 */
export function thirdPartyNotices(bundledFiles, packages) {
	const bundled = bundledFiles.map(file => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1]);
	const names = [...new Set([...bundled.filter(name => name !== undefined), ...packages])].sort();
	const sections = names.map(name => section(name));
	return [
		'Inkling contains the following third-party software. The third-party code inside ONNX Runtime is listed at',
		'https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt',
		'',
		...sections,
	].join('\n');
}

function section(name) {
	const folder = join(root, 'node_modules', name);
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const title = `${name} ${manifest.version} (${manifest.license})`;
	return `${'-'.repeat(100)}\n${title}\n${'-'.repeat(100)}\n\n${licenceText(name, folder, manifest.license)}\n`;
}

function licenceText(name, folder, licence) {
	const file = readdirSync(folder).find(entry => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(entry));
	if (file !== undefined) return readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
	const copyright = mitCopyrights[name];
	if (licence === 'MIT' && copyright !== undefined) return `${copyright}\n\n${mitText}`;
	throw new SetupError(
		`Cannot package: no licence text of ${name} (${licence}); add it to test/harness/thirdPartyNotices.mjs.`,
	);
}
