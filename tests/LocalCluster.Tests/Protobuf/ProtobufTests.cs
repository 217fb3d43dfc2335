using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LocalCluster.Protobuf;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Protobuf;

/// <summary>Bodies and answers in protocol buffers say the same as those in JSON.</summary>
internal sealed class ProtobufTests
{
    private const string MediaType = "application/vnd.kubernetes.protobuf";

    [TestCase(
        """
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","labels":{"a":"b"},
             "creationTimestamp":"2026-01-02T03:04:05Z"},"data":{"k":"AQID"},"type":"Opaque","immutable":false}
            """
    )]
    [TestCase(
        """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","generation":3},
             "spec":{"replicas":0,"selector":{"matchLabels":{"app":"d"}},
              "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":0}},
              "template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"x:1",
               "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}],
               "resources":{"limits":{"nvidia.com/gpu":"1","memory":"1Gi"}},
               "readinessProbe":{"httpGet":{"path":"/","port":8080},"periodSeconds":5}}],
               "volumes":[{"name":"w","persistentVolumeClaim":{"claimName":"c"}},
                {"name":"i","image":{"reference":"r/m:1"}}]}}}}
            """
    )]
    [TestCase(
        """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},
             "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"renewTime":"2026-01-02T03:04:05.000007Z"}}
            """
    )]
    [TestCase(
        """
            {"apiVersion":"v1","kind":"Status","status":"Failure","message":"no","reason":"Invalid","code":422,
             "details":{"name":"x","causes":[{"reason":"FieldValueInvalid","message":"m","field":"f"}]}}
            """
    )]
    public void What_is_encoded_is_decoded_to_the_same(string json)
    {
        var wanted = JsonNode.Parse(json)!.AsObject();
        var read = ProtobufDecoder.Decode(ProtobufEncoder.Encode(wanted)!);
        Assert.That(Covers(read, wanted), $"{read.ToJsonString()}\n{wanted.ToJsonString()}");
    }

    [Test]
    public async Task A_kind_is_made_and_answered_in_protocol_buffers()
    {
        await using var world = await SmallWorld.StartAsync();
        var body = JsonNode.Parse(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"b"}}"""
        )!;
        var (status, type, made) = await SendAsync(world, "configmaps", ProtobufEncoder.Encode(body.AsObject())!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(type, Is.EqualTo(MediaType));
            Assert.That((string?)ProtobufDecoder.Decode(made)["metadata"]!["uid"], Is.Not.Empty);
        }

        var (again, _, refusal) = await SendAsync(world, "configmaps", ProtobufEncoder.Encode(body.AsObject())!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That((string?)ProtobufDecoder.Decode(refusal)["reason"], Is.EqualTo("AlreadyExists"));
        }
    }

    [TestCase("k8s\0\xff", "unexpected EOF")]
    [TestCase("{}", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")]
    public async Task A_body_that_can_not_be_read_is_refused(string body, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, _, answer) = await SendAsync(world, "configmaps", [.. body.Select(c => (byte)c)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((string?)ProtobufDecoder.Decode(answer)["message"], Is.EqualTo(why));
        }
    }

    private static async Task<(HttpStatusCode Status, string? Type, byte[] Body)> SendAsync(
        SmallWorld world,
        string plural,
        byte[] body
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(world.Cluster.Endpoint, $"/api/v1/namespaces/t/{plural}")
        );
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        request.Headers.TryAddWithoutValidation("Accept", $"{MediaType},application/json");
        using var response = await world.SendAsync(request);
        return (
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsByteArrayAsync()
        );
    }

    /// <summary>Says whether all that is wanted was read; empty structs besides are Go's.</summary>
    private static bool Covers(JsonNode? read, JsonNode? wanted) =>
        (read, wanted) switch
        {
            (JsonObject r, JsonObject w) => w.All(f => Covers(r[f.Key], f.Value)),
            (JsonArray r, JsonArray w) => r.Count == w.Count && r.Zip(w).All(p => Covers(p.First, p.Second)),
            _ => JsonNode.DeepEquals(read, wanted),
        };
}
