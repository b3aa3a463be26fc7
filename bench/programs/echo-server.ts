import express from 'express';
import { createWatch } from '../support/watch.ts';

/** A bare Express app that answers the JSON it was sent: `node echo-server.ts`. Says its address, and what its calls cost. */
const watch = createWatch();
const app = express();
app.use(express.json({ limit: '4mb' }));
app.post('/echo', (request, response) => {
  response.json(request.body);
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ address: `http://127.0.0.1:${address.port}` });
});
process.on('message', (order: 'watch' | 'watched') => {
  if (order === 'watched') process.send?.(watch.stop());
  else watch.start();
});
process.on('disconnect', () => process.exit());
