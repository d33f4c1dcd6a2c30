package io.e2llm.cli.models;

import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.engine.catalogue.CatalogueModel;
import io.e2llm.engine.catalogue.FetchListener;
import io.e2llm.engine.catalogue.FetchProgress;
import io.e2llm.engine.catalogue.Source;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows how models arrive: a bar with size, speed and time left on a terminal, a line at each
 * quarter elsewhere.
 */
public final class FetchScreen implements FetchListener {
  private final Screen screen;
  private final Map<String, Integer> quarters = new ConcurrentHashMap<>();

  /** Shows on {@code screen}. */
  public FetchScreen(Screen screen) {
    this.screen = screen;
  }

  @Override
  public void trying(CatalogueModel model, Source source) {
    quarters.put(model.name(), 0);
    if (screen.errIsTerminal()) {
      screen.draw("fetching " + model.name() + " from " + source.text());
    } else {
      screen.note("fetching %s (%s) from %s".formatted(model.name(), size(model), source.text()));
    }
  }

  @Override
  public void progress(CatalogueModel model, FetchProgress progress) {
    if (screen.errIsTerminal()) {
      screen.draw(bar(screen.room(), model.name(), progress));
      return;
    }
    int quarter = Bar.percent(progress.bytes(), progress.total()) / 25;
    Integer before = quarters.put(model.name(), quarter);
    if (quarter > 0 && (before == null || quarter > before)) {
      screen.note(
          "fetching %s: %d%%, %s"
              .formatted(model.name(), quarter * 25, Human.speed(progress.bytesPerSecond())));
    }
  }

  @Override
  public void failed(CatalogueModel model, Source source, String why) {
    screen.note("%s %s".formatted(source.text(), why));
  }

  @Override
  public void waiting(CatalogueModel model) {
    screen.note("another process fetches " + model.name() + "; waiting for it");
  }

  @Override
  public void finished(CatalogueModel model) {
    screen.note("fetched %s (%s, %s)".formatted(model.name(), size(model), model.licence()));
  }

  /** What fits of: name, bar, per cent, bytes, speed and time left. */
  static String bar(int room, String name, FetchProgress progress) {
    String pace = pace(progress);
    if (progress.total() <= 0) {
      String bytes = Human.bytes(progress.bytes());
      return Bar.line(room, name, 0, 0, bytes + pace, bytes);
    }
    String percent = Bar.percent(progress.bytes(), progress.total()) + "%";
    String all = percent + " " + Human.share(progress.bytes(), progress.total());
    return Bar.line(
        room, name, progress.bytes(), progress.total(), all + pace, percent + pace, percent);
  }

  /** Speed and time left, once they are known. */
  private static String pace(FetchProgress progress) {
    if (progress.bytesPerSecond() <= 0) {
      return "";
    }
    String speed = ", " + Human.speed(progress.bytesPerSecond());
    double left = progress.secondsLeft();
    return left < 0 ? speed : speed + ", " + Human.seconds(left) + " left";
  }

  private static String size(CatalogueModel model) {
    return Human.bytes(model.bytes());
  }
}
