using System.Net;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Builtin;

/// <summary>A ControllerRevision's data never changes; its number and its metadata may.</summary>
public sealed class ControllerRevisionTests
{
    private const string Revisions = "/apis/apps/v1/namespaces/t/controllerrevisions";

    [TestCase("""{"metadata":{"name":"a"},"revision":1}""", "data: Required value: data is mandatory")]
    [TestCase(
        """{"metadata":{"name":"a"},"data":{"x":1},"revision":-1}""",
        "revision: Invalid value: -1: must be greater than or equal to 0"
    )]
    public async Task What_has_no_data_or_a_negative_number_is_refused(string revision, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(HttpMethod.Post, Revisions, revision);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That((string?)body["message"], Does.Contain(why));
        }
    }

    [Test]
    public async Task Data_is_immutable()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            Revisions,
            """{"metadata":{"name":"a"},"data":{"spec":{"template":{"x":[1]}}},"revision":1}"""
        );
        var (status, body) = await world.SendAsync(
            HttpMethod.Put,
            $"{Revisions}/a",
            """
            {"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a"},
             "data":{"spec":{"template":{"x":[2]}}},"revision":1}
            """
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)body["message"], Does.Contain("field is immutable"));
        (status, _) = await world.SendAsync(
            HttpMethod.Put,
            $"{Revisions}/a",
            """
            {"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a","labels":{"l":"v"}},
             "data":{"spec":{"template":{"x":[1]}}},"revision":2}
            """
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
    }
}
