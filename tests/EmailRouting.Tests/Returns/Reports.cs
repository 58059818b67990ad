namespace EmailRouting.Tests.Returns;

/// <summary>Reports as other servers write them.</summary>
internal static class Reports
{
    /// <summary>In the form of a Postfix, with the header of a message that had a trace of ours in front of it.</summary>
    public static string Postfix(string action, string status, string received = "") =>
        $"""
        Received: by mx.inbox.example (Postfix)
        	id 4XyZ; Thu, 26 Nov 2026 00:00:00 +0000 (UTC)
        Date: Thu, 26 Nov 2026 00:00:00 +0000 (UTC)
        From: MAILER-DAEMON@mx.inbox.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: srs0=aaaa=aa=sender.example=me@ours.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="4XyZ.1/mx.inbox.example"
        Message-Id: <4XyZ@mx.inbox.example>

        This is a MIME-encapsulated message.

        --4XyZ.1/mx.inbox.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        <you@inbox.example>: unknown user: "you"

        --4XyZ.1/mx.inbox.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.inbox.example
        X-Postfix-Queue-ID: 4XyZ
        Arrival-Date: Thu, 26 Nov 2026 00:00:00 +0000 (UTC)

        Final-Recipient: rfc822; you@inbox.example
        Original-Recipient: rfc822;you@inbox.example
        Action: {action}
        Status: {status}
        Diagnostic-Code: X-Postfix; unknown user: "you"

        --4XyZ.1/mx.inbox.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        Return-Path: <srs0=aaaa=aa=sender.example=me@ours.example>
        Delivered-To: you@inbox.example
        Received: from mx.ours.example (mx.ours.example [192.0.2.1])
        	by mx.inbox.example (Postfix) with ESMTP id 4XyZ
        	for <you@inbox.example>; Thu, 26 Nov 2026 00:00:00 +0000 (UTC)
        {received}From: Me <me@sender.example>
        To: alias@ours.example
        Cc: somebody <YOU@inbox.example>
        Subject: hello
        Message-ID: <one@sender.example>

        the text

        --4XyZ.1/mx.inbox.example--

        """.ReplaceLineEndings("\r\n");
}
