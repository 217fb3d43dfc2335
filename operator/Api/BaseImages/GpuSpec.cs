namespace GemmaOperator.Api.BaseImages;

/// <summary>GPUs of each pod.</summary>
internal sealed record GpuSpec
{
    /// <summary>Extended resource.</summary>
    public string ResourceName { get; init; } = "nvidia.com/gpu";

    /// <summary>How many; 0 runs on CPU.</summary>
    public int Count { get; init; } = 1;
}
