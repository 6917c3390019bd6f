// refused: a module from the web; says: https://deno.land/std
import { serve } from 'https://deno.land/std@0.200.0/http/server.ts';
serve(() => new Response('hi'));
