package fairlead.identity;

import fairlead.identity.MetadataClient.Answer;
import fairlead.identity.MetadataClient.MetadataTimeout;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * EC2 instance metadata: version 2, then 1 ({@code spec/ecs.md} §2). The token is kept. Blocks; one
 * thread.
 */
final class Ec2Metadata {
  private static final String TTL_HEADER = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";
  private static final String TTL_SECONDS = "300";
  private static final int TRIES = 2;
  private static final String HOP_LIMIT =
      "raise the hop limit (aws ec2 modify-instance-metadata-options"
          + " --http-put-response-hop-limit 2), or use host network mode";
  private static final String REACH =
      "run on EC2, and let this container reach it (host network mode or hop limit 2, no"
          + " ECS_AWSVPC_BLOCK_IMDS, no DOCKER-USER rule against it)";
  private static final String ENABLE =
      "enable it (aws ec2 modify-instance-metadata-options --http-endpoint enabled)";

  private final MetadataClient client;
  private final String base;
  private @Nullable String token;

  /** No token could be had; {@code reason} is why. */
  private record NoToken(String reason) {}

  Ec2Metadata(MetadataClient client, String base) {
    this.client = client;
    this.base = base;
  }

  /** The value at {@code path} below {@code meta-data/}. */
  Found get(String path) throws AttemptException {
    NoToken none = token == null ? askForToken() : null;
    Answer answer = read(path, none);
    if (answer.status() == 401 && token != null) {
      token = null; // it has expired: one new one
      none = askForToken();
      answer = read(path, none);
    }
    return switch (answer.status()) {
      case 200 ->
          new Found(
              answer.body().strip(),
              "EC2 metadata (IMDS" + (token == null ? "v1" : "v2") + ") at " + base);
      case 401 -> throw refused(path, none, "401: it wants a token", HOP_LIMIT);
      case 403 -> throw refused(path, none, "403: it is switched off or forbidden", ENABLE);
      case 404 -> throw refused(path, none, "404: there is no '" + path + "'", "ask another path");
      default -> throw refused(path, none, "status " + answer.status(), REACH);
    };
  }

  private AttemptException refused(String path, @Nullable NoToken none, String got, String mend) {
    String before = none == null ? "" : "token: " + none.reason() + "; then without one, ";
    return new AttemptException(source(path), before + got, mend);
  }

  private String source(String path) {
    return "EC2 metadata " + base + "/latest/meta-data/" + path;
  }

  private Answer read(String path, @Nullable NoToken none) throws AttemptException {
    String known = token;
    Map<String, String> headers = known == null ? Map.of() : Map.of(TOKEN_HEADER, known);
    try {
      return twice("GET", base + "/latest/meta-data/" + path, headers, none == null ? TRIES : 1);
    } catch (IOException e) {
      throw refused(path, none, String.valueOf(e.getMessage()), REACH);
    }
  }

  /** Leaves a token in its field, or says why there is none. */
  private @Nullable NoToken askForToken() {
    try {
      Answer answer =
          twice("PUT", base + "/latest/api/token", Map.of(TTL_HEADER, TTL_SECONDS), TRIES);
      String body = answer.body().strip();
      if (answer.status() == 200 && body.matches("[!-~]{1,1024}") && !body.startsWith("<")) {
        token = body;
        return null;
      }
      return answer.status() == 200
          ? new NoToken("answered " + Found.excerpt(body) + ", which is none")
          : new NoToken("status " + answer.status());
    } catch (IOException e) {
      return new NoToken(String.valueOf(e.getMessage()));
    }
  }

  private Answer twice(String method, String url, Map<String, String> headers, int tries)
      throws IOException {
    for (int left = tries; ; left--) {
      try {
        return client.send(method, url, headers);
      } catch (MetadataTimeout e) {
        if (left <= 1) {
          throw e;
        }
      }
    }
  }
}
