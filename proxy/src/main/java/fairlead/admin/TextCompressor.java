package fairlead.admin;

import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Compresses text and JSON when the caller accepts it ({@code spec/admin.md} §2). */
final class TextCompressor extends HttpContentCompressor {
  @Override
  protected @Nullable Result beginEncode(HttpResponse response, String acceptEncoding)
      throws Exception {
    String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    boolean text =
        type.startsWith("text/")
            || type.startsWith(AdminResponse.JSON)
            || type.startsWith("application/openmetrics-text");
    return text ? super.beginEncode(response, acceptEncoding) : null;
  }
}
