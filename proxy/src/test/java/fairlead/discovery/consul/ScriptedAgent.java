package fairlead.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.control.ControlClient;
import fairlead.client.control.ControlRequest;
import fairlead.client.control.ControlResult;
import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** An agent whose every answer the test gives by hand, without a socket. */
public final class ScriptedAgent implements ControlClient {
  private final ArrayDeque<Question> open = new ArrayDeque<>();
  private long interruptions;

  /** One request that waits for its answer. */
  public record Question(ControlRequest request, Consumer<ControlResult> done) {
    public String target() {
      return request.target();
    }

    /** 200 as a healthy leader gives it. */
    public void ok(long index, String json) {
      answer(200, Map.of("x-consul-index", Long.toString(index)), json);
    }

    public void answer(int status, Map<String, String> headers, String body) {
      var all = new HashMap<String, String>();
      all.put("x-consul-knownleader", "true");
      all.put("x-consul-lastcontact", "0");
      all.putAll(headers);
      done.accept(new Answer(status, all, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** 500 as Consul words it, which carries an index that must not be used. */
    public void error(int status, String text) {
      answer(status, Map.of("x-consul-index", "1", "x-consul-knownleader", "false"), text);
    }

    public void fail(Cause cause) {
      done.accept(new Failed(cause, cause.name()));
    }
  }

  @Override
  public void get(ControlRequest request, Consumer<ControlResult> done) {
    open.add(new Question(request, done));
  }

  /** The agent dies and is back before anybody asks. */
  void interrupt() {
    interruptions++;
  }

  @Override
  public long interruptions() {
    return interruptions;
  }

  /** The request asked longest ago and not yet taken. */
  public Question next() {
    assertThat(open).as("a request is waiting").isNotEmpty();
    return open.remove();
  }

  /** How many requests wait for an answer. */
  public int waiting() {
    return open.size();
  }
}
