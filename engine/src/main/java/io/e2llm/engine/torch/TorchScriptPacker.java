package io.e2llm.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source text into the archive libtorch loads: a zip of stored entries with the
 * code, a pickle of the object's attributes, no constants, and the format's version.
 *
 * <p>The source is in the dialect that serialized modules use: {@code class Name(Module):}, {@code
 * __parameters__ = []}, {@code __buffers__ = []}, typed attributes, {@code self: __torch__.Name}.
 */
public final class TorchScriptPacker {
  private static final String ROOT = "m/";
  private static final Pattern PACKED = Pattern.compile("\\bPacked\\b");

  private TorchScriptPacker() {}

  /**
   * An archive of one class.
   *
   * @param source the class, and any others it uses
   * @param className name of the class to make an object of
   * @param attributes every attribute the class declares, in the order of its declarations
   */
  public static byte[] pack(
      String source, String className, Map<String, ScriptAttribute> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", Pickle.object(className, attributes));
      put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", Pickle.emptyTuple());
      put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing but memory is written
    }
    return bytes.toByteArray();
  }

  /**
   * The text of a source file beside a class.
   *
   * @throws IllegalArgumentException when there is no such resource
   */
  public static String source(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no TorchScript source " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A source in which {@code Packed} stands for the type of a packed weight, with that type: the
   * quantized kernels' own, or a tensor.
   */
  public static String packed(String source, boolean quantized) {
    String type = quantized ? "__torch__.torch.classes.quantized.LinearPackedParamsBase" : "Tensor";
    return PACKED.matcher(source).replaceAll(type);
  }

  /** The texts of this package's sources, one after the other. */
  public static String sources(String... names) {
    return Stream.of(names)
        .map(name -> source(TorchScriptPacker.class, name))
        .collect(Collectors.joining("\n"));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
