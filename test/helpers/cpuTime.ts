/** Processor time that this process has used, in milliseconds: unlike the time that passes, it does not count what other programs do. */
export function cpuMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
