package io.e2llm.gateway.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.file.FileService;
import com.linecorp.armeria.server.file.HttpFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * The page at {@code /}: files as they stand in this jar, and under {@code /lib} the libraries they
 * use, from their WebJars. Browsers are told that a page may load and call nothing else.
 */
final class PageRoutes {
  private static final ClassLoader LOADER = PageRoutes.class.getClassLoader();
  private static final String FOLDER = "io/e2llm/gateway/page";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  /** Paths of libraries, each with its WebJar and the file in it. */
  private static final Map<String, String[]> LIBRARIES =
      Map.of(
          "/lib/marked.js", new String[] {"marked", "lib/marked.esm.js"},
          "/lib/dompurify.js", new String[] {"dompurify", "dist/purify.es.mjs"},
          "/lib/uplot.js", new String[] {"uplot", "dist/uPlot.esm.js"},
          "/lib/uplot.css", new String[] {"uplot", "dist/uPlot.min.css"});

  private PageRoutes() {}

  /** Adds them behind all other routes. */
  static void add(ServerBuilder builder) {
    LIBRARIES.forEach(
        (path, file) -> builder.service(path, new Guarded(library(file[0], file[1]))));
    HttpService page =
        FileService.builder(LOADER, FOLDER).cacheControl(ServerCacheControl.REVALIDATED).build();
    builder
        .route()
        .path("/")
        .path("regex:^/[a-z0-9-]+[.](?:js|css|svg)$")
        .methods(HttpMethod.GET)
        .build(new Guarded(page));
  }

  private static HttpService library(String webJar, String file) {
    String path = "META-INF/resources/webjars/%s/%s/%s".formatted(webJar, version(webJar), file);
    MediaType type = file.endsWith("css") ? MediaType.CSS_UTF_8 : MediaType.JAVASCRIPT_UTF_8;
    return HttpFile.builder(LOADER, path)
        .autoDetectedContentType(false)
        .setHeader(HttpHeaderNames.CONTENT_TYPE, type)
        .cacheControl(ServerCacheControl.REVALIDATED)
        .build()
        .asService();
  }

  private static String version(String webJar) {
    String name = "META-INF/maven/org.webjars.npm/" + webJar + "/pom.properties";
    try (InputStream in = LOADER.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the WebJar " + webJar + " is missing");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says with every response what the page may do. */
  private static final class Guarded extends SimpleDecoratingHttpService {
    Guarded(HttpService files) {
      super(files);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
      context.setAdditionalResponseHeader("content-security-policy", POLICY);
      String path = context.path();
      if (!path.equals("/")
          && !LIBRARIES.containsKey(path)
          && LOADER.getResource(FOLDER + path) == null) {
        return Responses.failure(DoorErrors.nothing());
      }
      return unwrap().serve(context, request);
    }
  }
}
