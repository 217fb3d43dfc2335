namespace Benchmarks.Llama.Sides;

/// <summary>Gives the tokens that both sides read.</summary>
internal static class Prompt
{
    public static int[] Of(int tokens) => [.. Enumerable.Range(0, tokens).Select(i => 3 + (i * 37 % 500))];
}
