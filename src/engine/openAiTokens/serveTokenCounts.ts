import { type Disposable } from '../../base';
import { parseToTokenCounter, type Channel, type FromTokenCounter, type OpenAiVocabulary } from '../../protocol';
import { Vocabulary } from './vocabulary';

/** Answers the messages of one channel; a vocabulary is built when it is first asked for. */
export function serveTokenCounts(channel: Channel<FromTokenCounter, unknown>): Disposable {
	const vocabularies = new Map<OpenAiVocabulary, Vocabulary>();
	return channel.onMessage(value => {
		const message = parseToTokenCounter(value);
		if (!message) {
			refuse(channel, value);
			return;
		}
		const vocabulary = vocabularies.get(message.vocabulary) ?? new Vocabulary(message.vocabulary);
		vocabularies.set(message.vocabulary, vocabulary);
		channel.send({ call: message.call, count: vocabulary.count(message.text) });
	});
}

/** Whoever waits for an answer gets one. */
function refuse(channel: Channel<FromTokenCounter, unknown>, value: unknown): void {
	const call = typeof value === 'object' && value !== null && 'call' in value ? value.call : undefined;
	if (Number.isSafeInteger(call)) channel.send({ call: call as number, count: undefined });
}
