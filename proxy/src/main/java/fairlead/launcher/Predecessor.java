package fairlead.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.admin.AdminConfig;
import fairlead.json.Json;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Fairlead that listens on our ports already (decision 24), spoken to by one connection to its
 * admin port that was made before we take that port over as well. Blocks.
 */
final class Predecessor implements AutoCloseable {
  private static final int LIMIT_MILLIS = 5000;
  private static final int MOST_BYTES = 5 << 20;

  private final Socket socket;
  private final InputStream in;
  private final AdminConfig admin;
  private final JsonNode told;
  private final Set<String> ports = new HashSet<>();

  /** An answer of its admin port. */
  private record Answer(int status, String body) {}

  private Predecessor(Socket socket, AdminConfig admin) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.admin = admin;
    long pid = ProcessHandle.current().pid();
    Answer answer = ask("GET", Sharing.PATH + "?pid=" + pid);
    this.told = answer.status == 200 ? parse(answer.body) : JsonNodeFactory.instance.objectNode();
    told.path("ports").forEach(port -> ports.add(port.asText()));
  }

  /**
   * Who shares the ports that {@code admin}'s configuration asks for; null when nobody does, or
   * whoever has the admin port is nobody who shares.
   */
  static @Nullable Predecessor find(AdminConfig admin) {
    if (admin.port() == 0) {
      return null;
    }
    InetAddress ip = admin.ip().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : admin.ip();
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(ip, admin.port()), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      var found = new Predecessor(socket, admin);
      if (!found.ports.isEmpty()) {
        return found;
      }
    } catch (ConnectException _) { // nobody is there
      assert true;
    } catch (IOException strange) { // a stranger: who wants the port is told so
      Sharing.LOG.warn("the admin port is another program's: {}", strange.toString());
    }
    quietly(socket);
    return null;
  }

  /** Whether it listens on this address of ours. */
  boolean listensOn(InetSocketAddress address) {
    return ports.contains(Sharing.show(address));
  }

  /** Its process id, as it sees itself, and its version. */
  String show() {
    return told.path("pid").asText() + " (" + told.path("version").asText() + ")";
  }

  /** The names that its router of this label was asked for. */
  List<Path> names(String router) {
    var names = new ArrayList<Path>();
    for (JsonNode name : told.path("names").path(router)) {
      try {
        names.add(Paths.parse(name.asText()));
      } catch (NameSyntaxException _) { // of a version that knows other names: bound when asked for
        assert true;
      }
    }
    return names;
  }

  /** Asks it to end, as SIGTERM would. */
  void end() throws IOException {
    Answer answer = ask("POST", "/admin/shutdown");
    if (answer.status != 200) {
      throw new IOException(answer.status + " " + answer.body.strip());
    }
  }

  @Override
  public void close() {
    quietly(socket);
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) { // it is given up anyhow
      assert true;
    }
  }

  private Answer ask(String method, String target) throws IOException {
    var token = admin.token();
    String ip = socket.getInetAddress().getHostAddress();
    String request =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: "
            + (ip.contains(":") ? "[" + ip + "]" : ip)
            + "\r\nContent-Length: 0\r\n"
            + (token == null ? "" : "Authorization: Bearer " + token.value() + "\r\n")
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    String status = line();
    if (!status.matches("HTTP/1\\.1 [0-9]{3}.*")) {
      throw new IOException("not an answer of HTTP");
    }
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = length(line);
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(status.substring(9, 12)), body);
  }

  private static int length(String line) throws IOException {
    String digits = line.substring(line.indexOf(':') + 1).strip();
    if (!digits.matches("[0-9]{1,7}") || Integer.parseInt(digits) > MOST_BYTES) {
      throw new IOException("an answer of " + digits + " bytes");
    }
    return Integer.parseInt(digits);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      if (line.size() >= LIMIT_MILLIS) {
        throw new IOException("a line without an end");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static JsonNode parse(String body) throws IOException {
    try {
      return Json.read(body);
    } catch (JsonProcessingException e) {
      throw new IOException("no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
