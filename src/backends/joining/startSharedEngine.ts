import { toDisposable, type Log } from '../../base';
import { type Channel, type LoadOptions, type ToEngine } from '../../protocol';
import { startEngineProcess, type EngineProcess } from '../engineProcess';
import { joinEngine, type Membership } from './joinEngine';
import { sharedPlace } from './sharedPlace';

/** Whether this system has sockets that only their user can reach. On Windows every window has an engine of its own. */
export const canShareEngines = (platform: NodeJS.Platform): boolean => platform !== 'win32';

/** What is behind the channel: a place in a shared engine, or a process of its own. */
interface Behind {
	readonly pid: number | undefined;
	readonly channel: Channel<ToEngine, unknown>;
	leave(): void;
	kill(): void;
}

/**
 * An engine that all windows of this machine share, joined or started once it is known what to load. To its user it is an engine
 * process like any other. Where sharing fails for whatever reason, it is a process of this window's own.
 * @param folder where windows find the engines, closed to others
 */
export function startSharedEngine(folder: string, entry: string, log: Log): EngineProcess {
	return new SharedEngine(folder, entry, log);
}

class SharedEngine implements EngineProcess {
	readonly channel: Channel<ToEngine, unknown>;
	private readonly listeners = new Set<(message: unknown) => void>();
	private readonly closers = new Set<(reason: string) => void>();
	private readonly waiting: ToEngine[] = [];
	private behind: Behind | undefined;
	private joining = false;
	private closed: string | undefined;

	constructor(
		private readonly folder: string,
		private readonly entry: string,
		private readonly log: Log,
	) {
		this.channel = {
			send: message => this.send(message),
			onMessage: listener => {
				this.listeners.add(listener);
				return toDisposable(() => this.listeners.delete(listener));
			},
			onClose: listener => {
				this.closers.add(listener);
				if (this.closed !== undefined) listener(this.closed);
				return toDisposable(() => this.closers.delete(listener));
			},
		};
	}

	get pid(): number | undefined {
		return this.behind?.pid;
	}

	dispose(): void {
		this.behind?.leave();
		this.close('this window has left it');
	}

	kill(): void {
		if (this.behind) this.behind.kill();
		else this.dispose();
	}

	private send(message: ToEngine): void {
		if (this.closed !== undefined) return;
		if (this.behind) {
			this.behind.channel.send(message);
			return;
		}
		this.waiting.push(message);
		// What is loaded decides which engine it is.
		if (this.joining || message.type !== 'load') return;
		this.joining = true;
		void this.join(message.options);
	}

	private async join(options: LoadOptions): Promise<void> {
		const behind = await this.find(options);
		if (this.closed !== undefined) {
			behind.leave();
			return;
		}
		this.behind = behind;
		behind.channel.onMessage(message => {
			for (const listener of [...this.listeners]) listener(message);
		});
		behind.channel.onClose(reason => this.close(reason));
		for (const message of this.waiting.splice(0)) behind.channel.send(message);
	}

	private async find(options: LoadOptions): Promise<Behind> {
		try {
			const place = await sharedPlace(this.folder, this.entry, options);
			const member = await joinEngine(place, this.entry);
			this.log.info(`Joined the engine process ${member.pid}, which all windows share.`);
			return memberOf(member);
		} catch (error) {
			this.log.warn(`The engine cannot be shared with other windows, this one starts its own: ${String(error)}`);
			const own = startEngineProcess(this.entry, this.log);
			return { pid: own.pid, channel: own.channel, leave: () => own.dispose(), kill: () => own.dispose() };
		}
	}

	private close(reason: string): void {
		if (this.closed !== undefined) return;
		this.closed = reason;
		this.waiting.length = 0;
		for (const closer of [...this.closers]) closer(reason);
	}
}

function memberOf({ pid, channel }: Membership): Behind {
	return {
		pid,
		channel,
		leave: () => channel.close('this window has left it'),
		// While the connection stands, the number is that of the engine.
		kill: () => {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				channel.close('it was gone already');
			}
		},
	};
}
