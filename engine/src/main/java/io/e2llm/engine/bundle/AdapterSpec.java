package io.e2llm.engine.bundle;

/**
 * The adapter: {@code linear2(gelu(linear1(x)))}, with exact GELU, plus {@code residual(x)} where
 * there is one.
 *
 * @param innerWidth width between the two linear layers
 * @param residual whether a linear path without bias runs beside them
 */
public record AdapterSpec(int innerWidth, boolean residual) {}
