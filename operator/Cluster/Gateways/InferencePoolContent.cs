namespace GemmaOperator.Cluster.Gateways;

/// <summary>Says which pods are in a pool and who picks among them.</summary>
internal sealed record InferencePoolContent
{
    public PoolSelector? Selector { get; init; }

    public IReadOnlyList<PoolPort>? TargetPorts { get; init; }

    public EndpointPicker? EndpointPickerRef { get; init; }
}
