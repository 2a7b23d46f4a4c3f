// Just enough of the vscode module for activate() to run through: registrations succeed and do nothing, settings have the
// manifest's defaults. Not for tests of behaviour, which run in a real VS Code.

class EventEmitter {
	event = () => ({ dispose() {} });
	fire() {}
	dispose() {}
}

class Disposable {
	static from(...items) {
		return new Disposable(() => items.forEach(item => item.dispose()));
	}
	constructor(release = () => undefined) {
		this.dispose = release;
	}
}

/** @param names members of the module that the bundle uses */
export function standInForVscode(manifest, names) {
	const defaults = Object.assign(
		{},
		...[manifest.contributes.configuration]
			.flat()
			.map(page =>
				Object.fromEntries(Object.entries(page.properties).map(([name, { default: value }]) => [name, value])),
			),
	);
	const configuration = section => ({
		get: (key, fallback) => defaults[`${section}.${key}`] ?? fallback,
		inspect: key => ({ key: `${section}.${key}`, defaultValue: defaults[`${section}.${key}`] }),
		has: key => `${section}.${key}` in defaults,
		update: async () => undefined,
	});
	const known = {
		EventEmitter,
		Disposable,
		workspace: anything({ getConfiguration: configuration, workspaceFolders: [], isTrusted: true, textDocuments: [] }),
		window: anything({ activeTextEditor: undefined, visibleTextEditors: [], tabGroups: anything({ all: [] }) }),
		l10n: { t: message => (typeof message === 'string' ? message : message.message) },
		env: anything({ language: 'en', remoteName: undefined }),
		Uri: {
			file: path => ({ scheme: 'file', fsPath: path, path, toString: () => `file://${path}` }),
			parse: text => anything({ path: text }),
			joinPath: (base, ...parts) => known.Uri.file([base.fsPath, ...parts].join('/')),
		},
	};
	const everything = anything();
	return Object.fromEntries(
		[...new Set([...names, ...Object.keys(known)])].map(name => [name, known[name] ?? everything[name]]),
	);
}

/** An object with these members, and for every other one a function (and class, and enum) that gives another such object. */
function anything(known = {}) {
	const target = function () {};
	return new Proxy(target, {
		get: (_target, name) => {
			if (name in known) return known[name];
			// Not a promise, not iterable, no primitive other than an empty text.
			if (name === 'then' || name === Symbol.iterator) return undefined;
			if (name === Symbol.toPrimitive) return () => '';
			if (name === 'dispose') return () => undefined;
			if (name === 'prototype') return target.prototype;
			return (known[name] = anything());
		},
		set: () => true,
		apply: () => anything(),
		construct: () => anything(),
	});
}
