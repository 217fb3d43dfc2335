using LocalCluster.Builtin;

namespace LocalCluster.Discovery;

/// <summary>Lists the built-in kinds that somebody needs.</summary>
internal static class BuiltinResources
{
    public static IEnumerable<ResourceInfo> All()
    {
        yield return Kind(
            "",
            "v1",
            "namespaces",
            "Namespace",
            new NamespaceKind(),
            namespaced: false,
            status: true,
            shortNames: ["ns"]
        );
        yield return Kind(
            "",
            "v1",
            "nodes",
            "Node",
            new PlainKind(false),
            namespaced: false,
            status: true,
            shortNames: ["no"]
        );
        yield return Kind(
            "",
            "v1",
            "pods",
            "Pod",
            new PodKind(),
            status: true,
            shortNames: ["po"],
            categories: ["all"]
        );
        yield return Kind("", "v1", "configmaps", "ConfigMap", new ConfigMapKind(), shortNames: ["cm"]);
        yield return Kind("", "v1", "secrets", "Secret", new SecretKind());
        yield return Kind(
            "",
            "v1",
            "services",
            "Service",
            new ServiceKind(),
            status: true,
            shortNames: ["svc"],
            categories: ["all"]
        );
        yield return Kind("", "v1", "serviceaccounts", "ServiceAccount", new PlainKind(false), shortNames: ["sa"]);
        yield return Kind(
            "",
            "v1",
            "persistentvolumeclaims",
            "PersistentVolumeClaim",
            new ClaimKind(),
            status: true,
            shortNames: ["pvc"]
        );
        yield return Kind(
            "",
            "v1",
            "persistentvolumes",
            "PersistentVolume",
            new VolumeKind(),
            namespaced: false,
            status: true,
            shortNames: ["pv"]
        );
        yield return Kind("", "v1", "events", "Event", new EventKind(), shortNames: ["ev"]) with
        {
            Storage = "events",
        };
        yield return Kind("events.k8s.io", "v1", "events", "Event", new EventKind(), shortNames: ["ev"]) with
        {
            Storage = "events",
        };
        yield return Kind("batch", "v1", "jobs", "Job", new JobKind(), status: true, categories: ["all"]);
        yield return Kind(
            "apps",
            "v1",
            "deployments",
            "Deployment",
            new DeploymentKind(false),
            status: true,
            shortNames: ["deploy"],
            categories: ["all"]
        ) with
        {
            ScalePath = ".spec.replicas",
        };
        yield return Kind(
            "apps",
            "v1",
            "replicasets",
            "ReplicaSet",
            new DeploymentKind(true),
            status: true,
            shortNames: ["rs"],
            categories: ["all"]
        ) with
        {
            ScalePath = ".spec.replicas",
        };
        yield return Kind("apps", "v1", "controllerrevisions", "ControllerRevision", new ControllerRevisionKind());
        yield return Kind(
            "",
            "v1",
            "resourcequotas",
            "ResourceQuota",
            new ResourceQuotaKind(),
            status: true,
            shortNames: ["quota"]
        );
        yield return Kind("", "v1", "limitranges", "LimitRange", new LimitRangeKind(), shortNames: ["limits"]);
        foreach (var hook in OfAdmission())
        {
            yield return hook;
        }

        yield return Kind("coordination.k8s.io", "v1", "leases", "Lease", new LeaseKind());
        yield return Kind(
            "policy",
            "v1",
            "poddisruptionbudgets",
            "PodDisruptionBudget",
            new PlainKind(true),
            status: true,
            shortNames: ["pdb"]
        );
        yield return Kind(
            "scheduling.k8s.io",
            "v1",
            "priorityclasses",
            "PriorityClass",
            new PriorityClassKind(),
            namespaced: false,
            shortNames: ["pc"]
        );
        yield return Kind(
            "storage.k8s.io",
            "v1",
            "storageclasses",
            "StorageClass",
            new StorageClassKind(),
            namespaced: false,
            shortNames: ["sc"]
        );
        yield return Kind(
            "node.k8s.io",
            "v1",
            "runtimeclasses",
            "RuntimeClass",
            new RuntimeClassKind(),
            namespaced: false
        );
        yield return Kind("rbac.authorization.k8s.io", "v1", "roles", "Role", new PlainKind(false));
        yield return Kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", new PlainKind(false));
        yield return Kind(
            "rbac.authorization.k8s.io",
            "v1",
            "clusterroles",
            "ClusterRole",
            new PlainKind(false),
            namespaced: false
        );
        yield return Kind(
            "rbac.authorization.k8s.io",
            "v1",
            "clusterrolebindings",
            "ClusterRoleBinding",
            new PlainKind(false),
            namespaced: false
        );
        yield return Kind(
            "apiextensions.k8s.io",
            "v1",
            "customresourcedefinitions",
            "CustomResourceDefinition",
            new CustomResourceDefinitionKind(),
            namespaced: false,
            status: true,
            shortNames: ["crd", "crds"]
        );
        yield return Kind(
            "authorization.k8s.io",
            "v1",
            "selfsubjectaccessreviews",
            "SelfSubjectAccessReview",
            BuiltinKind.None,
            namespaced: false
        ) with
        {
            IsReview = true,
            IsFree = true,
        };
        yield return Kind(
            "authorization.k8s.io",
            "v1",
            "subjectaccessreviews",
            "SubjectAccessReview",
            BuiltinKind.None,
            namespaced: false
        ) with
        {
            IsReview = true,
        };
        yield return Kind(
            "authentication.k8s.io",
            "v1",
            "tokenreviews",
            "TokenReview",
            BuiltinKind.None,
            namespaced: false
        ) with
        {
            IsReview = true,
        };
    }

    private static IEnumerable<ResourceInfo> OfAdmission()
    {
        const string Group = "admissionregistration.k8s.io";
        yield return Kind(
            Group,
            "v1",
            "mutatingwebhookconfigurations",
            "MutatingWebhookConfiguration",
            new WebhookConfigurationKind(isMutating: true),
            namespaced: false,
            categories: ["api-extensions"]
        );
        yield return Kind(
            Group,
            "v1",
            "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration",
            new WebhookConfigurationKind(isMutating: false),
            namespaced: false,
            categories: ["api-extensions"]
        );
        yield return Kind(
            Group,
            "v1",
            "validatingadmissionpolicies",
            "ValidatingAdmissionPolicy",
            new AdmissionPolicyKind(),
            namespaced: false,
            status: true,
            categories: ["api-extensions"]
        );
        yield return Kind(
            Group,
            "v1",
            "validatingadmissionpolicybindings",
            "ValidatingAdmissionPolicyBinding",
            new AdmissionBindingKind(),
            namespaced: false,
            categories: ["api-extensions"]
        );
    }

    private static ResourceInfo Kind(
        string group,
        string version,
        string plural,
        string kind,
        BuiltinKind builtin,
        bool namespaced = true,
        bool status = false,
        string[]? shortNames = null,
        string[]? categories = null
    ) =>
        new()
        {
            Group = group,
            Version = version,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Kind = kind,
            Namespaced = namespaced,
            HasStatus = status,
            ShortNames = shortNames ?? [],
            Categories = categories ?? [],
            Builtin = builtin,
        };
}
