import type { Plugin } from 'vite';

/** For tests in a browser: has the server keep the lines that are sent to any `/outside-…`, and answer them. */
export function outsideForTests(): Plugin {
  const texts = new Map<string, string>();
  return {
    name: 'skein:outside',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const { url = '', method } = request;
        if (!url.startsWith('/outside-')) {
          next();
        } else if (method === 'POST') {
          let body = '';
          request.on('data', (chunk) => {
            body += chunk;
          });
          request.on('end', () => {
            texts.set(url, (texts.get(url) ?? '') + body);
            response.end();
          });
        } else {
          response.setHeader('Cache-Control', 'no-store');
          response.end(texts.get(url) ?? '');
        }
      });
    },
  };
}
