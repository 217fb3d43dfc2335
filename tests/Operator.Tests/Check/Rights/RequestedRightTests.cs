namespace Operator.Tests.Check.Rights;

/// <summary>Requests are named as the API server's authorizer names them.</summary>
public sealed class RequestedRightTests
{
    [TestCase("GET", "/api/v1/namespaces/ml/pods", "list||pods|ml|")]
    [TestCase("GET", "/api/v1/pods?limit=500&watch=true", "watch||pods||")]
    [TestCase("GET", "/api/v1/pods?watch=false", "list||pods||")]
    [TestCase("GET", "/api/v1/namespaces/ml/pods/a", "get||pods|ml|a")]
    [TestCase("GET", "/api/v1/namespaces/ml/pods/a/log?container=c", "get||pods/log|ml|a")]
    [TestCase("POST", "/apis/batch/v1/namespaces/ml/jobs", "create|batch|jobs|ml|")]
    [TestCase(
        "PATCH",
        "/apis/gemmaoperator.io/v1alpha1/namespaces/ml/gemmabuilds/b/status",
        "patch|gemmaoperator.io|gemmabuilds/status|ml|b"
    )]
    [TestCase("PUT", "/apis/apps/v1/namespaces/ml/deployments/d", "update|apps|deployments|ml|d")]
    [TestCase("DELETE", "/apis/apps/v1/namespaces/ml/deployments/d", "delete|apps|deployments|ml|d")]
    [TestCase("DELETE", "/apis/apps/v1/namespaces/ml/deployments", "deletecollection|apps|deployments|ml|")]
    [TestCase("GET", "/api/v1/namespaces/ml", "get||namespaces||ml")]
    [TestCase("GET", "/api/v1/nodes", "list||nodes||")]
    public void A_request_is_a_verb_of_a_resource(string method, string path, string expected)
    {
        using var request = Request(method, path);
        var right = RequestedRight.Of(request)!;
        Assert.That(
            $"{right.Verb}|{right.Group}|{right.Resource}|{right.Namespace}|{right.Name}",
            Is.EqualTo(expected)
        );
    }

    [TestCase("/version")]
    [TestCase("/readyz")]
    [TestCase("/api")]
    [TestCase("/api/v1")]
    [TestCase("/apis/apps/v1")]
    [TestCase("/api/models/google/gemma/revision/main")]
    public void What_is_no_resource_needs_no_right_of_one(string path)
    {
        using var request = Request("GET", path);
        Assert.That(RequestedRight.Of(request), Is.Null);
    }

    [Test]
    public void It_tells_in_whose_name_a_request_is_made()
    {
        using var request = Request("POST", "/api/v1/namespaces/ml/services");
        request.Headers.Add("Impersonate-User", "system:serviceaccount:ml:gemma");
        Assert.That(RequestedRight.Of(request)!.IsImpersonated);
    }

    private static HttpRequestMessage Request(string method, string path) =>
        new(new HttpMethod(method), new Uri(new Uri("https://api.example"), path));
}
