namespace GemmaOperator.Api.Engines;

/// <summary>Lists what answers requests in the served pods.</summary>
internal enum ServerEngine
{
    /// <summary>The server whose layers are put on the base.</summary>
    Builtin,

    /// <summary>The base's own vLLM, which its requirements bring.</summary>
    VLLM,

    /// <summary>A program of the base that the spec states, with its probes and its smoke test.</summary>
    Custom,
}
