namespace GemmaOperator.Egress;

/// <summary>Names what a request carries for <see cref="EgressHandler"/>, beside itself.</summary>
internal static class EgressOptions
{
    /// <summary>Says what the request is for.</summary>
    public static readonly HttpRequestOptionsKey<EgressPurpose> Purpose = new("gemmaoperator.egress.purpose");

    /// <summary>Holds the proxy that the request goes through; the handler sets it.</summary>
    public static readonly HttpRequestOptionsKey<Uri> Proxy = new("gemmaoperator.egress.proxy");

    /// <summary>Says what a request is for.</summary>
    public static void For(this HttpRequestMessage request, EgressPurpose purpose) =>
        request.Options.Set(Purpose, purpose);

    /// <summary>Returns what a request is for.</summary>
    public static EgressPurpose PurposeOf(HttpRequestMessage? request) =>
        request is not null && request.Options.TryGetValue(Purpose, out var purpose)
            ? purpose
            : EgressPurpose.PublicStore;
}
