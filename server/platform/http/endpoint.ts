import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { About } from '../openapi/about.ts';
import { type Call, callOf } from './call.ts';

/** Says who may call: gives what is known of the caller, or throws. */
export type Guard<Who> = (request: Request) => Promise<Who>;

/** For endpoints that anyone behind the front door may call. */
export const anyone: Guard<undefined> = async () => undefined;

interface EndpointInput<Who, Body, Query> {
  readonly who: Who;
  readonly body: Body;
  readonly query: Query;
  readonly params: Readonly<Record<string, string>>;
  readonly call: Call;
}

interface EndpointDefinition<Who, Body extends z.ZodType, Query extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  /** Every endpoint names who may call it. */
  readonly guard: Guard<Who>;
  readonly body?: Body;
  readonly query?: Query;
  /** Of success; 200 where it is not given. */
  readonly status?: number;
  /** KACLS replies are bare, ours stand in `{"data": …}`. */
  readonly bare?: boolean;
  /** For the server's description of itself (`/openapi.json`), which needs it of every endpoint; the browser shell has none. */
  readonly about?: About;
  handle(input: EndpointInput<Who, z.output<Body>, z.output<Query>>): Promise<unknown>;
}

interface RawDefinition<Who> {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly guard: Guard<Who>;
  readonly status?: number;
  readonly about?: About;
  /** Reads the request's body and writes the reply itself: for streams and pictures. */
  respond(input: {
    readonly who: Who;
    readonly request: Request;
    readonly response: Response;
    readonly call: Call;
  }): Promise<void>;
}

/** One line of a server's table of endpoints. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  /** What it takes and gives, for its description. */
  readonly body?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly status?: number | undefined;
  readonly bare?: boolean | undefined;
  readonly about?: About | undefined;
  answer(request: Request, response: Response): Promise<void>;
}

/** An endpoint that takes JSON (or nothing) and answers JSON: guard, then parse, then act on the parsed value only. */
export function endpoint<
  Who,
  Body extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
>(definition: EndpointDefinition<Who, Body, Query>): Endpoint {
  const { method, path, guard, status = 200, bare = false, body, query, about } = definition;
  return {
    method,
    path,
    body,
    query,
    status,
    bare,
    about,
    async answer(request, response) {
      const who = await guard(request);
      const data = await definition.handle({
        who,
        body: parseInput(definition.body, request.body),
        query: parseInput(definition.query, request.query),
        params: paramsOf(request),
        call: callOf(request),
      });
      response.status(status).json(bare ? data : { data });
    },
  };
}

/** An endpoint whose body or reply is not JSON. */
export function rawEndpoint<Who>(definition: RawDefinition<Who>): Endpoint {
  const { method, path, guard, status, about } = definition;
  return {
    method,
    path,
    status,
    about,
    async answer(request, response) {
      const who = await guard(request);
      await definition.respond({ who, request, response, call: callOf(request) });
    },
  };
}

/** Mounts a table; a path that is there with another method answers 405. */
export function mountEndpoints(app: Express, endpoints: readonly Endpoint[]): void {
  for (const { method, path, answer } of endpoints) {
    app[method](path, (request, response, next) => {
      answer(request, response).catch(next);
    });
  }
  for (const path of new Set(endpoints.map((one) => one.path))) {
    app.all(path, () => {
      throw new SealkeepError('METHOD_NOT_ALLOWED');
    });
  }
}

/**
 * Parses what came from outside.
 * @throws SealkeepError REQUEST_INVALID naming the first field that does not fit; never its value, which may be secret.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
): z.output<Schema> {
  const parsed = schema?.safeParse(value ?? {});
  if (!parsed) return undefined as z.output<Schema>;
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SealkeepError('REQUEST_INVALID', { reason: issue?.path.join('.') || 'body' });
}

function paramsOf(request: Request): Record<string, string> {
  const entries = Object.entries(request.params).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(entries);
}
