import { type JSX } from 'preact';
import { type StatusView } from '../../protocol';
import { Icon, IconButton } from './Icon';
import { usePage } from './page';

/** Under the text: which model, how full its context was, Send or Stop. */
export function ComposerBar(props: {
	readonly status: StatusView | undefined;
	readonly isRunning: boolean;
	readonly canSend: boolean;
	readonly send: () => void;
}): JSX.Element {
	const { labels, post } = usePage();
	return (
		<div class="composer-bar">
			<AssistantButton status={props.status} />
			<ModelButton status={props.status} />
			<Meter status={props.status} />
			{props.isRunning ? (
				<IconButton icon="stop" class="send" label={labels.stop} onClick={() => post({ type: 'stop' })} />
			) : (
				<IconButton icon="send" class="send" label={labels.send} disabled={!props.canSend} onClick={props.send} />
			)}
		</div>
	);
}

/** Who answers, while an assistant was chosen. */
function AssistantButton({ status }: { readonly status: StatusView | undefined }): JSX.Element | null {
	const { labels, post } = usePage();
	if (!status || status.assistant === '') return null;
	return (
		<button
			type="button"
			class="model assistant"
			title={labels.chooseAssistant}
			aria-label={`${labels.assistant}: ${status.assistant}`}
			onClick={() => post({ type: 'chooseAssistant' })}
		>
			<Icon name="person" />
			<span class="model-name">{status.assistant}</span>
		</button>
	);
}

function ModelButton({ status }: { readonly status: StatusView | undefined }): JSX.Element {
	const { labels, post } = usePage();
	const name = status && status.model !== '' ? status.model : labels.chooseModel;
	const device = status && status.device !== '' ? ` · ${status.device}` : '';
	return (
		<button
			type="button"
			class="model"
			title={labels.chooseModel}
			aria-label={`${labels.model}: ${name}${device}`}
			onClick={() => post({ type: 'chooseModel' })}
		>
			<span class="model-name">{name + device}</span>
			<Icon name="chevronDown" />
		</button>
	);
}

function Meter({ status }: { readonly status: StatusView | undefined }): JSX.Element | null {
	if (!status?.meter) return null;
	const { fraction, short, long } = status.meter;
	const percent = Math.round(fraction * 100);
	return (
		<span
			class={fraction > 0.9 ? 'meter full' : 'meter'}
			role="meter"
			aria-label={long}
			aria-valuemin={0}
			aria-valuemax={100}
			aria-valuenow={percent}
			title={long}
		>
			<svg class="meter-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
				<rect class="meter-all" width="100" height="4" />
				<rect class="meter-used" width={percent} height="4" />
			</svg>
			<span>{short}</span>
		</span>
	);
}
