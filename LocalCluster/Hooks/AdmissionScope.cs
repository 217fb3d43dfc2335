using LocalCluster.Rules;

namespace LocalCluster.Hooks;

/// <summary>Gives expressions of webhooks and policies what they may read.</summary>
internal static class AdmissionScope
{
    public static Scope Of(AdmissionAttributes asked, CelMap? variables = null)
    {
        var scope = new Scope("object", CelValues.Of(asked.Object, null), null);
        scope = new Scope("oldObject", CelValues.Of(asked.Old, null), scope);
        scope = new Scope("request", CelValues.Of(AdmissionReview.RequestOf(asked, asked.Resource, ""), null), scope);
        scope = new Scope("namespaceObject", CelValues.Of(asked.Namespace, null), scope);
        return new Scope("variables", variables, scope);
    }
}
