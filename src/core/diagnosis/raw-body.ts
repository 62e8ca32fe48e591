import type { Mistake } from './mistake.ts';

/** What to do where the body was changed before it was verified: the same in all such cases. */
export const RAW_BODY: Pick<Mistake, 'fix' | 'frameworks'> = {
  fix: 'sign and verify the raw bytes of the body, before anything parses or rewrites it',
  frameworks: {
    express:
      "app.post('/webhooks', express.raw({ type: '*/*' }), …): req.body is then the Buffer to verify; register it before express.json()",
    fastify:
      "addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => done(null, body)), or fastify-raw-body",
    nestjs: 'NestFactory.create(AppModule, { rawBody: true }), then request.rawBody',
    'next.js':
      'in a route handler await request.text() or request.arrayBuffer() once; in pages/api export const config = { api: { bodyParser: false } }',
    koa: 'read the stream before koa-bodyparser, or use its ctx.request.rawBody',
    flask: 'request.get_data(cache=True) before request.json',
    django: 'request.body, not request.POST or json.dumps(json.loads(…))',
    fastapi: 'await request.body() in the endpoint, not a Pydantic model dumped again',
    rails: 'request.raw_post, not params.to_json',
    laravel: '$request->getContent(), not json_encode($request->all())',
    php: "file_get_contents('php://input'), not json_encode($_POST)",
    spring: '@RequestBody byte[] body, not a mapped object written again',
    'asp.net': 'Request.EnableBuffering(), then copy Request.Body to a MemoryStream before model binding',
    go: 'io.ReadAll(r.Body) once, verify these bytes, then json.Unmarshal them',
    'aws lambda': 'event.body as it is; when event.isBase64Encoded, its base64-decoded bytes',
  },
};
