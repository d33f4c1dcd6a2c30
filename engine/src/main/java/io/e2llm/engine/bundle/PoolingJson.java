package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Combine;
import io.e2llm.engine.bundle.PoolingSpec.Kind;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.TokenProjection;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;

/** The {@code pooling} object of {@code adapter.json}. */
final class PoolingJson {
  private PoolingJson() {}

  static PoolingSpec read(JsonFields fields) {
    PoolingSpec spec =
        new PoolingSpec(
            kind(fields),
            new TokenProjection(
                optionalWidth(fields, "token_width"), optionalWidth(fields, "token_inner_width")),
            fields.bool("projection", false),
            BundleJson.width(fields, "pooled_width"),
            fields.bool("wide", false));
    fields.end();
    return spec;
  }

  private static int optionalWidth(JsonFields fields, String name) {
    return fields.has(name) ? BundleJson.width(fields, name) : 0;
  }

  private static Kind kind(JsonFields fields) {
    String type = fields.text("type");
    return switch (type) {
      case "cls" -> new Cls();
      case "mean" -> new Mean();
      case "window" ->
          new Window(fields.oneOf(Unit.class, "unit"), fields.oneOf(Combine.class, "combine"));
      case "pma" ->
          new Pma(
              fields.oneOf(Scope.class, "scope"),
              BundleJson.width(fields, "width"),
              BundleJson.heads(fields),
              BundleJson.queries(fields));
      default -> throw fields.wrong("type", type + " is none of [cls, mean, window, pma]");
    };
  }

  static ObjectNode write(PoolingSpec spec) {
    ObjectNode json = StrictJson.MAPPER.createObjectNode();
    switch (spec.kind()) {
      case Cls cls -> json.put("type", "cls");
      case Mean mean -> json.put("type", "mean");
      case Window window ->
          json.put("type", "window")
              .put("unit", PoolingSpec.lower(window.unit()))
              .put("combine", PoolingSpec.lower(window.combine()));
      case Pma pma ->
          json.put("type", "pma")
              .put("scope", PoolingSpec.lower(pma.scope()))
              .put("width", pma.width())
              .put("heads", pma.heads())
              .put("queries", pma.queries());
    }
    if (spec.tokens().width() > 0) {
      json.put("token_width", spec.tokens().width());
    }
    if (spec.tokens().innerWidth() > 0) {
      json.put("token_inner_width", spec.tokens().innerWidth());
    }
    json.put("projection", spec.projection()).put("pooled_width", spec.pooledWidth());
    if (spec.wide()) {
      json.put("wide", true);
    }
    return json;
  }
}
