import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { EN } from './messages/en.ts';
import { learnLanguage } from './stores/learn-language.ts';
import { startSubscriptions } from './stores/subscriptions.ts';

const root = document.getElementById('root');
if (root && window.sealkeep) {
  startSubscriptions();
  // Who reads another language sees no English first.
  void learnLanguage().then(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
} else if (root) {
  root.textContent = EN['app.not-here'];
}
