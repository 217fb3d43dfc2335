namespace GemmaOperator.Api.Workloads;

/// <summary>Records a field of the workload that somebody else changes again and again.</summary>
internal sealed record ContestedField
{
    /// <summary>Kind of the object, of the workload's name.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Path of the field.</summary>
    public string Field { get; init; } = "";

    /// <summary>Who has the field now, in the API server's words; absent while that isn't known.</summary>
    public string? Manager { get; init; }

    /// <summary>How often the operator's value was undone; from the third time on it is left alone.</summary>
    public int Rounds { get; init; }

    /// <summary>When it was undone last, or tried again (UTC).</summary>
    public DateTime? Time { get; init; }
}
