namespace Operator.Tests.Remedies;

/// <summary>What remedies ask for that have no example to put in place.</summary>
/// <param name="Remedy">How its text begins.</param>
/// <param name="Path">The field to change; null means the one that is wrong.</param>
/// <param name="Value">As JSON; null takes the field away.</param>
internal sealed record SpecRemedies(string Remedy, string? Path, string? Value)
{
    private const string Credentials = """{"type":"Secret","secretRef":{"name":"registry"}}""";
    private const string Model = "spec.rollout.server.model";

    public static readonly IReadOnlyList<SpecRemedies> Deeds =
    [
        new("set rollout.server.engine to", null, null),
        new("take it out, or set rollout.server.engine", null, null),
        new("set it to 1 and raise rollout.server.replicas", null, "1"),
        new("take it out of rollout.server.env", "spec.rollout.server.env", "[]"),
        new("take it out of rollout.server.vllm.args", "spec.rollout.server.vllm.args", "[]"),
        new("write it as --name", null, "\"--max-model-len=8192\""),
        new("take them out, and state the request", "spec.rollout.smokeTest", "{}"),
        new(
            "give at least custom.command",
            "spec.rollout.server.custom",
            """{"command":["python3"],"probes":{"path":"/health"}}"""
        ),
        new("name the program to start", null, """["python3"]"""),
        new("begin with / and use only", null, "\"/health\""),
        new("write JSON, or nothing", null, "\"{}\""),
        new("choose a day that its month has", null, "\"0 0 28 2 *\""),
        new("take TZ= or CRON_TZ= out of the schedule", null, "\"0 9 * * 1\""),
        new("give all of base.pytorch", "spec.base", """{"pytorch":"2.10.0","cuda":"12.8","cudnn":"9"}"""),
        new("use lower-case letters, digits, - and .", null, "\"a-name\""),
        new("write a name of lower-case letters", null, "\"curl=8.5\""),
        new("leave out the hyphen", null, "\"bash\""),
        new("list each package once", null, "[\"curl=8.5\"]"),
        new("give requirements.inline or", "spec.requirements", """{"inline":"numpy==2.1.0"}"""),
        new("set spec.requirements.format to Pylock", "spec.requirements.format", "\"Pylock\""),
        new("make the lock anew with the tool that it is from, or leave out", "spec.requirements.format", null),
        new("leave out requirements.minAge", "spec.requirements.minAge", null),
        new("set spec.verification.pullTest.enabled to true", "spec.verification.pullTest.enabled", "true"),
        new("use letters, digits, -, _ and .", null, "\"requirements.txt\""),
        new("take the credentials out of it", null, "\"https://pypi.example.com/simple\""),
        new("write all requirements in one text", "spec.requirements.inline", "\"numpy==2.1.0\""),
        new("name the package and its version", "spec.requirements.inline", "\"b==1.0\""),
        new("choose a user.name other than root", null, "\"app\""),
        new("use up to 31", null, "\"app\""),
        new("remove this variable", "spec.env", "[]"),
        new("use printable characters only", null, "\"plain\""),
        new("take it out of spec.build.env", "spec.build.env", "[]"),
        new("use letters, digits and _", null, "\"A_NAME\""),
        new("leave the key out", "spec.build", "{}"),
        new("write the key as", "spec.build", "{}"),
        new("use at most 63 letters", null, "\"x\""),
        new("leave out line breaks", null, "\"plain\""),
        new("name another Secret", null, "\"another\""),
        new("use a proxy that lets the cluster's addresses", null, "\"http://proxy.example.com:3128\""),
        new("use lower-case letters, digits and ._-/", "spec.imageLabels", """{"com.example.team":"ml"}"""),
        new("choose a key of your own domain", "spec.imageLabels", """{"com.example.team":"ml"}"""),
        new("use one of --annotation", null, "\"--verbosity=debug\""),
        new("give one that matches", null, "\"--verbosity=debug\""),
        new("give --image-format=oci", null, """["--compression=zstd","--image-format=oci"]"""),
        new("set it once", "spec.env", """[{"name":"A","value":"1"}]"""),
        new("give at least one and at most", null, "[\"linux/amd64\"]"),
        new("name each platform once", "spec.platforms", "[\"linux/amd64\"]"),
        new("write 3 to 512", null, "\"registry.example.com/team/image:tag\""),
        new("drop the tag or digest", null, "\"registry.example.com/team/base\""),
        new("write name or example.com/name", "spec.build.nodeSelector", """{"example.com/name":"x"}"""),
        new("set operator: Exists", "spec.build.tolerations", """[{"operator":"Exists"}]"""),
        new("use at most 128 letters", null, "\"stable\""),
        new("choose an alias tag", null, "\"stable\""),
        new("give output.credentials.secretRef.name", null, Credentials),
        new("use a Secret", "spec.output.credentials", Credentials),
        new(
            "give verification.scan.image with a digest",
            "spec.verification.scan.image",
            $"\"registry.example/trivy@sha256:{new string('0', 64)}\""
        ),
        new("say why the finding is accepted", null, "\"not reachable\""),
        new("write 1 to 512", null, "\"not reachable\""),
        new("raise the one or lower the other", "spec.rollout.progressDeadline", "\"60m\""),
        new("write it as kubectl get gb shows it", null, "\"gemma-b1\""),
        new("leave it empty for", null, "\"\""),
        new("choose one outside /tmp", null, "\"/models\""),
        new("name one of rollout.server.model", $"{Model}.hub", null),
        new("give existingClaim, or use", $"{Model}.existingClaim", "\"weights\""),
        new("write https://, or set hub.insecure", $"{Model}.hub.insecure", "true"),
        new("name the hub's own address", null, "\"https://hub.example.com\""),
        new("name a Secret, or remove tokenSecretRef", $"{Model}.hub.tokenSecretRef", null),
        new("use ReadWriteMany,", null, "[\"ReadWriteMany\"]"),
        new("set rollout.server.model and port instead", "spec.rollout.server.env", "[]"),
        new("choose linux/amd64", null, "\"linux/amd64\""),
        new("use at most 63 of a-z, 0-9", null, "\"chat\""),
        new("choose Webhook, Slack", null, "\"Slack\""),
        new("choose BuildSucceeded,", null, "\"Stalled\""),
        new(
            "remove one of them",
            "spec.notifications",
            """[{"name":"chat","type":"Slack","secretRef":{"name":"a"},"events":["Stalled"]}]"""
        ),
        new("choose another name", null, "\"another\""),
        new("choose Inherit,", null, "\"Inherit\""),
        new("write its path without spec", null, "\"verification.scan.enabled\""),
        new("write text with {namespace}", null, "\"{name}: {message}\""),
        new("write 1 to 1000", null, "\"{name}: {message}\""),
        new("write 1 to 63", null, "\"chat\""),
        new("write three capital letters", null, "\"USD\""),
    ];
}
