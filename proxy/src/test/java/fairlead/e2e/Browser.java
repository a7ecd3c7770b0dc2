package fairlead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real Chromium with one page, driven by the DevTools protocol. Notes what a page asks of whom,
 * and what goes wrong in its scripts. One thread; blocks.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LISTENING = "DevTools listening on ";

  private final Program chromium;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final WebSocket socket;
  private @Nullable String session;

  private Browser(Program chromium) {
    this.chromium = chromium;
    String line = chromium.awaitLine(LISTENING, PATIENCE);
    var address = URI.create(line.substring(line.indexOf(LISTENING) + LISTENING.length()).strip());
    this.socket =
        get(http.newWebSocketBuilder().buildAsync(address, new Messages()).toCompletableFuture());
    String target =
        ask("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    session =
        ask("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      ask(domain + ".enable", Map.of());
    }
    ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
  }

  /** Starts it, with its own profile below {@code dir}; skips the test where there is none. */
  static Browser start(Path dir) {
    var command =
        List.of(
            Parts.fetch("chromium"),
            "--headless=new",
            "--no-sandbox", // root has none
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + dir,
            "--remote-debugging-port=0",
            "about:blank");
    var chromium = Program.start("chromium", command, Map.of());
    try {
      return new Browser(chromium);
    } catch (AssertionError e) {
      chromium.close();
      throw e;
    }
  }

  /** What came from the browser; a message may come in pieces. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(String message) {
    JsonNode node;
    try {
      node = JSON.readTree(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var waiting = node.has("id") ? asked.remove(node.get("id").asInt()) : null;
    if (waiting != null) {
      waiting.complete(node);
      return;
    }
    var what = node.path("params");
    switch (node.path("method").asText()) {
      case "Runtime.exceptionThrown" -> faults.add(what.at("/exceptionDetails").toString());
      case "Log.entryAdded" -> {
        if (what.at("/entry/level").asText().equals("error")) {
          faults.add(what.at("/entry/text").asText() + " " + what.at("/entry/url").asText());
        }
      }
      case "Network.requestWillBeSent" -> requests.add(what.at("/request/url").asText());
      default -> {}
    }
  }

  private JsonNode ask(String method, Map<String, ?> params) {
    int id = lastId.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(params));
    if (session != null) {
      message.put("sessionId", session);
    }
    var answer = new CompletableFuture<JsonNode>();
    asked.put(id, answer);
    get(socket.sendText(message.toString(), true));
    var found = get(answer);
    if (found.has("error")) {
      throw new AssertionError(method + ": " + found.get("error"));
    }
    return found.path("result");
  }

  private <T> T get(CompletableFuture<T> later) {
    try {
      return later.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the browser says nothing" + chromium.tail(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError("the browser is gone" + chromium.tail(), e);
    }
  }

  /** The size of its window in CSS pixels, and whether the user likes it dark. */
  void look(int width, int height, boolean dark) {
    ask(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    var scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    ask("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Goes there, and waits until the page has begun to draw itself. */
  void open(String url) {
    ask("Page.navigate", Map.of("url", "about:blank"));
    ask("Page.navigate", Map.of("url", url));
    awaitTrue(
        "location.href.startsWith(" + quoted(url) + ") && document.readyState === 'complete'");
  }

  /** The value of an expression, or of what it promises. */
  JsonNode evaluate(String expression) {
    var result =
        ask(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** Blocks until an expression is true. */
  void awaitTrue(String expression) {
    Eventually.until(
        () -> expression + "; the page says: " + text() + faults,
        PATIENCE,
        () -> evaluate("!!(" + expression + ")").asBoolean());
  }

  /** Blocks until the page shows this. */
  void awaitText(String part) {
    awaitTrue("document.body.innerText.includes(" + quoted(part) + ")");
  }

  /** What the page shows. */
  String text() {
    return evaluate("document.body ? document.body.innerText : ''").asText();
  }

  /** Presses one key, as a user does. */
  void press(String key, String text) {
    ask("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "text", text));
    ask("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
  }

  /** Writes into what has the focus. */
  void type(String text) {
    ask("Input.insertText", Map.of("text", text));
  }

  /** What scripts threw, and what could not be loaded. */
  Queue<String> faults() {
    return faults;
  }

  /** All that was asked for, of whomever. */
  Queue<String> requests() {
    return requests;
  }

  /** A picture of the window. */
  void photograph(Path file) throws IOException {
    var shot = ask("Page.captureScreenshot", Map.of("format", "png"));
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
  }

  static String quoted(String text) {
    return JSON.valueToTree(text).toString();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
    chromium.close();
  }
}
