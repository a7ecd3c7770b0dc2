package fairlead.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** {@code /logging.json} ({@code spec/admin.md} §6.3). Add it with {@code addControl}. */
public final class LoggingPage implements AdminPage {
  private static final Map<String, Level> LEVELS =
      Map.of(
          "OFF", Level.OFF,
          "FATAL", Level.ERROR,
          "CRITICAL", Level.ERROR,
          "ERROR", Level.ERROR,
          "WARNING", Level.WARN,
          "INFO", Level.INFO,
          "DEBUG", Level.DEBUG,
          "TRACE", Level.TRACE,
          "ALL", Level.TRACE);

  private final LoggerContext context;

  public LoggingPage(LoggerContext context) {
    this.context = context;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    if (request.isRead()) {
      return AdminResponse.json(levels()).now();
    }
    if (!request.method().equals(HttpMethod.POST)) {
      return AdminResponse.notAllowed("GET, HEAD, POST").now();
    }
    String name = request.param("logger");
    String level = request.param("level");
    if (name == null || level == null) {
      return AdminResponse.empty(HttpResponseStatus.BAD_REQUEST).now();
    }
    change(name, level);
    return AdminResponse.empty(HttpResponseStatus.OK).now();
  }

  /** Unknown names change nothing, so that random ones cannot make loggers without end. */
  private void change(String name, String level) {
    var wanted = LEVELS.get(level.toUpperCase(Locale.ROOT));
    Logger logger =
        context.exists(name.equals("root") || name.isEmpty() ? Logger.ROOT_LOGGER_NAME : name);
    if (wanted != null && logger != null) {
      logger.setLevel(wanted);
    }
  }

  private ArrayNode levels() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    add(all, "root", context.getLogger(Logger.ROOT_LOGGER_NAME));
    for (Logger logger : context.getLoggerList()) {
      if (!logger.getName().equals(Logger.ROOT_LOGGER_NAME)) {
        add(all, logger.getName(), logger);
      }
    }
    return all;
  }

  private static void add(ArrayNode all, String name, Logger logger) {
    Level level = logger.getEffectiveLevel();
    String shown = level.equals(Level.WARN) ? "WARNING" : level.toString();
    all.addObject().put("logger", name).put("level", shown);
  }
}
