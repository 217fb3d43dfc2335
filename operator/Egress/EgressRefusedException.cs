namespace GemmaOperator.Egress;

/// <summary>Reports a request that wasn't sent because of where it would have gone.</summary>
/// <param name="refusal">Why.</param>
/// <param name="host">Where it would have gone; the message names no address.</param>
internal sealed class EgressRefusedException(EgressRefusal refusal, string host) : Exception($"{host} {Words(refusal)}")
{
    public EgressRefusal Refusal { get; } = refusal;

    /// <summary>Gets the host with its port, as an option may name it.</summary>
    public string Host { get; } = host;

    /// <summary>Gets what whoever runs the operator can do about it; empty where nothing should be done.</summary>
    public string Remedy =>
        Refusal is EgressRefusal.Loopback or EgressRefusal.Cluster or EgressRefusal.NotPublic
            ? $"if it is meant, give the operator --trusted-host={Host} (trustedHosts of the chart)"
            : "";

    /// <summary>Returns the refusal among an exception's causes; null where there is none.</summary>
    public static EgressRefusedException? In(Exception? failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is EgressRefusedException refused)
            {
                return refused;
            }
        }

        return null;
    }

    private static string Words(EgressRefusal refusal) =>
        refusal switch
        {
            EgressRefusal.Loopback => "is the operator's own machine, which isn't asked",
            EgressRefusal.Cluster => "is within the cluster's own networks, which aren't asked",
            EgressRefusal.Reserved =>
                "has no address that may be asked: those of links, of metadata services and reserved ones aren't",
            EgressRefusal.NotPublic => "has no public address",
            EgressRefusal.Url => "isn't named by a plain http or https URL",
        };
}
