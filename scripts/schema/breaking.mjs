// What a client of a released schema would find gone or changed. What was deprecated in that release may go.

import {
  GraphQLSchema, Kind, buildASTSchema, buildSchema, findBreakingChanges, isInterfaceType, isObjectType, parse, visit,
} from "graphql";

/** A sentence for each breaking change. */
export function breaking(released, now) {
  return findBreakingChanges(promised(released), buildSchema(now)).map((change) => change.description);
}

/** What a release promises to keep: neither what it deprecates, nor types that only lead there. */
function promised(text) {
  const unlessDeprecated = (node) =>
    node.directives.some((directive) => directive.name.value === "deprecated") ? null : undefined;
  const kept = visit(parse(text), {
    [Kind.FIELD_DEFINITION]: unlessDeprecated,
    [Kind.INPUT_VALUE_DEFINITION]: unlessDeprecated,
    [Kind.ENUM_VALUE_DEFINITION]: unlessDeprecated,
  });
  const whole = buildASTSchema(kept);
  const roots = { query: whole.getQueryType(), mutation: whole.getMutationType(), subscription: whole.getSubscriptionType() };
  // An object may be met behind an interface alone.
  const behindInterfaces = Object.values(whole.getTypeMap()).filter(
    (type) => (isObjectType(type) && type.getInterfaces().length > 0) || isInterfaceType(type),
  );
  return new GraphQLSchema({ ...roots, types: behindInterfaces, directives: whole.getDirectives() });
}
