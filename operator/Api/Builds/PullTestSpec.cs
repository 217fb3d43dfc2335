using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says whether and how the candidate is run by digest on a node.</summary>
internal sealed record PullTestSpec
{
    /// <summary>Whether it is run.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Deadline of the test.</summary>
    public WireDuration Timeout { get; init; } = "30m";

    /// <summary>Run it on a GPU node and ask CUDA.</summary>
    public bool RequireGPU { get; init; }

    /// <summary>Requests and limits of the check's container.</summary>
    public V1ResourceRequirements? Resources { get; init; }
}
