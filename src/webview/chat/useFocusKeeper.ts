import { type RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/**
 * Keeps the keyboard in the panel: what had the focus may go away by itself, a chip that was removed or an answer that is asked for
 * again, and then the next key must not go nowhere.
 */
export function useFocusKeeper(refuge: RefObject<HTMLElement>): void {
	useEffect(() => {
		let last: EventTarget | null = null;
		const remember = ({ target }: FocusEvent): void => {
			last = target;
		};
		const observer = new MutationObserver(() => {
			if (document.activeElement !== document.body || !document.hasFocus()) return;
			if (last instanceof Element && !last.isConnected) refuge.current?.focus();
		});
		document.addEventListener('focusin', remember);
		observer.observe(document.body, { subtree: true, childList: true });
		return () => {
			document.removeEventListener('focusin', remember);
			observer.disconnect();
		};
	}, [refuge]);
}
