package login

// retired is the certificate of a key that signs nothing: JWKS documents always hold several keys, and a client that takes the
// first one without looking at kid is wrong. Its private half was thrown away when it was made (openssl req -x509 -newkey rsa:2048).
const retired = "" +
	"MIIDPTCCAiWgAwIBAgIUL7pvbOD7U+AJTQ0ILHkQpBx7ElwwDQYJKoZIhvcNAQELBQAwLTErMCkGA1UEAwwiYWNjb3VudHMuYWNjZXNzY29udHJvbC53" +
	"aW5kb3dzLm5ldDAgFw0yNjExMjIwMjIwNDNaGA8yMDUxMDcxNDAyMjA0M1owLTErMCkGA1UEAwwiYWNjb3VudHMuYWNjZXNzY29udHJvbC53aW5kb3dz" +
	"Lm5ldDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAKVVaDwqr9FDz1Sta2nnyT+KmzRYdcfUH+2+KpFpwJweuKecjkSyQ4YzXiG1KPJ/48Mw" +
	"TGOdliOjcQlP2Jn/kIX4rxidbNkvHRaxPp9R1PfoKP0PUcKz85VMJQG+EZ7w3qKh63UegUizv/LYU9zkMP3zDeumZSH/zQxuDjK0IzaixWh7IZuhfrcu" +
	"Z01U5gTW/j7Y99BRJDYWdzRVHCNMwI0NVE8tRMNYlK6TCeqSUSly2yW5s+7RXQCsIudqliNJIgo6GSg30vEvFnx8Z+jjKgpYFEEE7340MMO9vCKEH6l5" +
	"ThGLJECb2pOANDH5qvS402AJ/JZ9NdQbXRoeeVimMTMCAwEAAaNTMFEwHQYDVR0OBBYEFPqRLrww9djuy+AiqSKcyveqJu3fMB8GA1UdIwQYMBaAFPqR" +
	"Lrww9djuy+AiqSKcyveqJu3fMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAIxq+Sp4jHim34IDMFZLzp4jFhV3q2SUIFZOm5ke86Ul" +
	"ClOqDE6QquAdCykROnBnPiOlY/QxGOeG1BdBWWQWNYPKvkGuD0uX0Du2rLjs1HG584hOytrYY1rxXOQfwds46QdLvrQmwoiEnz/RU/0pF1vaAsO5PmlN" +
	"6HwFIiAlgEktGQ9TNJU6WLqEhSk6hL1BKTxRaKueiV1HkYZFkejlvLIuahI7czVmO3CYzyjpb70WcrcEv1ajbC9KtotEfnKRl3qUglR9tx2Mfa6081sO" +
	"ZKPLi+ixT/MaR0PIUkbsb0zXSr+UIdc5vOy+i1rkAD4JYjk98t4RtO+s1B+JPC0h6Lk="
