namespace GemmaOperator.Api.Routing;

/// <summary>Says what becomes of requests while an endpoint picker doesn't answer.</summary>
internal enum EndpointPickerFailure
{
    /// <summary>The gateway refuses them.</summary>
    FailClose,

    /// <summary>The gateway picks a pod itself.</summary>
    FailOpen,
}
