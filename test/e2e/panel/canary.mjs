// A server that hears whatever tries to reach it, and the pages that do try.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { channels } from './channels.mjs';

/**
 * `heard` are the paths under /hit/ that were asked for, `connections` counts everything that connected at all. The page at `control`
 * tries every channel without any protection.
 */
export async function startCanary() {
	const heard = new Set();
	const counts = { connections: 0 };
	const hear = ({ url }) => {
		const path = /^\/hit\/[\w/]+/.exec(url)?.[0];
		if (path !== undefined) heard.add(path);
	};
	const server = createServer((request, response) => {
		hear(request);
		response.setHeader('content-type', 'text/html');
		response.end(pageFor(request.url, place => urlOf(server, place)));
	});
	server.on('connection', () => counts.connections++);
	server.on('upgrade', (request, socket) => {
		hear(request);
		socket.destroy();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		heard,
		counts,
		control: urlOf(server, '/control'),
		/** Where a channel of a place would be heard. */
		address: (place, name) => urlOf(server, `/hit/${place}/${name}`),
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}

const urlOf = (server, path) => `http://127.0.0.1:${server.address().port}${path}`;

/** Each channel in a frame of its own: some of them leave their page. */
function pageFor(url, address) {
	if (url === '/control') return channels.map(({ name }) => `<iframe src="/control/${name}"></iframe>`).join('');
	const channel = channels.find(({ name }) => url === `/control/${name}`);
	return channel ? `<!doctype html><body>${channel.html(address(`/hit/control/${channel.name}`))}` : '';
}
